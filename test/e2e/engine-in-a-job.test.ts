import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { cli, inCheckout, newPrefix } from "../support/local-cloud.ts";
import { blockAfter } from "../support/readme.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PAGE = "docs/engine-in-a-job.md";
/** The page's place for engines, and the place that the tests have them in. */
const [SHARED, OURS] = ["/shared/engines", inCheckout(".local/engines")];

/** They are installed for the tests of engines; elsewhere there is nothing to run. */
const onlyWithEngines = existsSync(join(OURS, "bin/snakemake")) ? test : test.skip;

onlyWithEngines(
  "the page's folder runs Snakemake inside one job, and only its results come back",
  async () => {
    const folder = join(temporaryFolder(), "flow");
    mkdirSync(folder);
    for (const name of ["job-aws-run.sh", "Snakefile"])
      writeFileSync(join(folder, name), blockAfter(PAGE, `\`${name}\`:`).replace(SHARED, OURS));
    const prefix = newPrefix("engine");
    const { code, stderr } = await cli([
      "run",
      folder,
      "--prefix",
      prefix,
      "--results",
      "/results/",
    ]);
    expect([stderr, code]).toEqual([expect.any(String), 0]);
    for (const sample of ["a", "b", "c"])
      expect(readFileSync(join(folder, `results/${sample}.txt`), "utf8")).toBe("2\n");
    expect(existsSync(join(folder, "results/sum.txt"))).toBe(true);
    expect(existsSync(join(folder, ".snakemake"))).toBe(false);
  },
);
