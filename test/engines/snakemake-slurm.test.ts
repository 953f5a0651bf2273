import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { onCluster, Researcher } from "./researcher.ts";
import { begun, putWorkflow, snakemake } from "./snakemake-workflow.ts";

let researcher: Researcher;
beforeAll(async () => {
  researcher = await Researcher.open();
});
afterAll(() => researcher.close());

/**
 * Its plugin looks after 3 seconds in place of 40, and 10 seconds more each time until a job has ended; it finds the local
 * cluster's own sacct without a data base.
 */
const OPTIONS = [
  ..."--executor slurm --slurm-init-seconds-before-status-checks 3".split(" "),
  ...(onCluster ? ["--slurm-status-command", "squeue"] : []),
];

test("snakemake with its executor for Slurm: a job fails, and after it is mended only the rest runs", async () => {
  await putWorkflow(researcher, "flow");
  const first = await snakemake(researcher, "flow", ...OPTIONS).ended;
  expect(first).toMatchObject({ code: 1 });
  expect(begun(first)).toEqual(["count a", "count b", "prepare a", "prepare b"]);
  expect(first.stderr.match(/^Error in rule .*$/gm)).toEqual(["Error in rule count:"]);
  expect(first.stderr).toMatch(/SLURM status is: 'FAILED'/);
  // Its plugin says where the log is, and it is there.
  const log = /log: .*\/(flow\/\S+rule_count\/b\/\d+\.log) \(check/.exec(first.stderr)?.[1];
  expect(await researcher.read(log ?? "")).toMatch(/ValueError: invalid literal for int.*'twenty'/);
  expect(await researcher.read("flow/logs/b.log")).toBe("2 lines\n");
  await researcher.put({ "flow/data/b.txt": "10\n20\n" });
  const second = await snakemake(researcher, "flow", ...OPTIONS).ended;
  expect(second).toMatchObject({ code: 0 });
  expect(begun(second)).toEqual(["count b", "prepare b", "summary"]);
  expect(await researcher.read("flow/results/summary.txt")).toBe("a 6\nb 30\n");
  const third = await snakemake(researcher, "flow", ...OPTIONS).ended;
  expect([third.code, begun(third)]).toEqual([0, []]);
});
