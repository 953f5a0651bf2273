import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { NEXTFLOW } from "../../local/engines.mjs";
import { type Ended, Researcher } from "./researcher.ts";

let researcher: Researcher;
beforeAll(async () => {
  researcher = await Researcher.open();
});
afterAll(() => researcher.close());

const MAIN = `
process PREPARE {
  input: path sample
  output: path "\${sample.baseName}.sorted"
  script: "sort $sample > \${sample.baseName}.sorted"
}
process COUNT {
  tag "$sorted"
  input: path sorted
  output: path "\${sorted.baseName}.count"
  script: """
  if grep -q '[a-z]' $sorted; then echo "no number in $sorted" >&2; exit 3; fi
  awk '{ sum += \\$1 } END { print FILENAME, sum }' $sorted > \${sorted.baseName}.count
  """
}
process SUMMARY {
  publishDir "results", mode: "copy"
  input: path counts
  output: path "summary.txt"
  script: "cat $counts | sort > summary.txt"
}
workflow {
  samples = Channel.fromPath("data/*.txt")
  SUMMARY(COUNT(PREPARE(samples)).collect())
}
`;

/** The queue is looked at each second in place of every five, or every minute. */
const CONFIG = `
process { executor = "slurm"; cpus = 1; memory = "100 MB"; time = "5m" }
executor { pollInterval = "1s"; queueStatInterval = "1s" }
`;

/** As Nextflow's own launcher has them from Java 17 on; without them it keeps nothing to resume from. */
const OPENS =
  "lang io nio net util util.concurrent.locks util.concurrent.atomic nio.file.spi util.regex"
    .split(" ")
    .map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`);

function nextflow(...options: string[]): Promise<Ended> {
  const words = [...OPENS, "-cp", join(NEXTFLOW, "*"), "nextflow.cli.Launcher", "run", "main.nf"];
  const env = { NXF_HOME: `${researcher.home}/.nextflow`, NXF_OFFLINE: "true" };
  const args = [...words, "-ansi-log", "false", ...options];
  return researcher.start("java", args, `${researcher.home}/flow`, env).ended;
}

const submitted = ({ stdout }: Ended) =>
  [...stdout.matchAll(/(Submitted|Cached) process > (\w+)/g)]
    .map(([, how, name]) => `${how} ${name}`)
    .toSorted();

const there = existsSync(join(NEXTFLOW, "nextflow-23.10.1.jar"));
(there ? test : test.skip)(
  "Nextflow: a process fails, and after it is mended -resume does the rest",
  async () => {
    await researcher.put({
      "flow/main.nf": MAIN,
      "flow/nextflow.config": CONFIG,
      "flow/data/a.txt": "3\n1\n2\n",
      "flow/data/b.txt": "10\ntwenty\n",
    });
    const first = await nextflow();
    expect(first).toMatchObject({ code: 1 });
    expect(first.stdout).toMatch(/Error executing process > 'COUNT \(b.sorted\)'/);
    expect(first.stdout).toMatch(/Command exit status:\n\s+3\n[^]*no number in b.sorted/);
    await researcher.put({ "flow/data/b.txt": "10\n20\n" });
    const second = await nextflow("-resume");
    expect(second).toMatchObject({ code: 0 });
    expect(submitted(second)).toEqual(
      expect.arrayContaining(["Cached PREPARE", "Submitted PREPARE", "Submitted SUMMARY"]),
    );
    expect(await researcher.read("flow/results/summary.txt")).toBe("a.sorted 6\nb.sorted 30\n");
  },
);
