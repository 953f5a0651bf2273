import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually, localConfig } from "../support/local-cloud.ts";
import { Researcher } from "./researcher.ts";
import { begun, putWorkflow, snakemake } from "./snakemake-workflow.ts";

let researcher: Researcher;
beforeAll(async () => {
  researcher = await Researcher.open();
});
afterAll(() => researcher.close());

/** Not a line of a script of one's own: only options. */
const options = (submit: string, secondsBetween = "1") => [
  "--executor",
  "cluster-generic",
  "--cluster-generic-submit-cmd",
  submit,
  "--cluster-generic-cancel-cmd",
  "scancel",
  "--seconds-between-status-checks",
  secondsBetween,
];
const SUBMIT =
  "sbatch --parsable -J {rule} -c {threads} --mem {resources.mem_mb} -t {resources.runtime}";

test("snakemake with any cluster's commands: a job fails, and after it is mended only the rest runs", async () => {
  await putWorkflow(researcher, "flow");
  const first = await snakemake(researcher, "flow", ...options(SUBMIT)).ended;
  expect(first).toMatchObject({ code: 1 });
  expect(begun(first)).toEqual(["count a", "count b", "prepare a", "prepare b"]);
  expect(first.stderr.match(/^Error in rule .*$/gm)).toEqual(["Error in rule count:"]);
  await researcher.put({ "flow/data/b.txt": "10\n20\n" });
  const second = await snakemake(researcher, "flow", ...options(SUBMIT)).ended;
  expect(second).toMatchObject({ code: 0 });
  expect(begun(second)).toEqual(["count b", "prepare b", "summary"]);
  expect(await researcher.read("flow/results/summary.txt")).toBe("a 6\nb 30\n");
});

const MANY = `
rule all:
    input: expand("done/{number}", number=range(20))

rule wait:
    output: "done/{number}"
    shell: "sleep 600"
`;

/** While snakemake looks at its jobs, it does not know them: those would not be cancelled. So it looks seldom, and quickly. */
const LOOKS = ["--max-status-checks-per-second", "1000"];

/** Jobs of a name that the cluster has and that have not ended. */
function onTheCluster(name: string): string[] {
  const env = { ...localConfig.baseEnv, SLURM_CONF: localConfig.slurmConf };
  const args = ["--noheader", "--format=%i", "--name", name];
  return spawnSync("squeue", args, { env, encoding: "utf8" }).stdout.split("\n").filter(Boolean);
}

// It kills a scancel that takes longer than two seconds.
test("snakemake: Ctrl-C ends a workflow of twenty jobs, and none of them goes on in the cloud", async () => {
  const name = `twenty-${process.pid}`;
  await researcher.put({ "many/Snakefile": MANY });
  // As many CPUs as there are: one of them runs, and does not slow the others' submission.
  const submit = `sbatch --parsable -J ${name} -c ${localConfig.cpus}`;
  const { interrupt, output, ended } = snakemake(
    researcher,
    "many",
    "--jobs",
    "20",
    ...options(submit, "5"),
    ...LOOKS,
  );
  await eventually(
    "all are submitted",
    async () => output().match(/^Submitted job \d+ with external jobid '\d+'/gm)?.length === 20,
    150_000,
  );
  expect(onTheCluster(name)).toHaveLength(20);
  interrupt();
  const { code } = await ended;
  expect(code).not.toBe(0);
  await eventually("none is left", async () => onTheCluster(name).length === 0);
});
