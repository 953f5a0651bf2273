import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { fetchAll, fetchOutput, work } from "../../../../../../cli/verbs/fetch/fetch.ts";
import { endingJobs } from "../../../../../support/ending-jobs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";

async function scene(names: readonly string[], changes: Parameters<typeof endingJobs>[0] = {}) {
  const w = endingJobs(changes);
  for (const name of names) {
    await w.end(name);
    await w.store.put(`${name}/out/x`, `of ${name}`);
  }
  return w;
}

describe("fetch of several jobs", () => {
  test("brings each into a folder of its own, and tells of them in their order", async () => {
    const { context, out } = await scene(["a", "b"], { json: true });
    const to = temporaryFolder();
    expect(await fetchAll(context, ["b", "a"], { to })).toBe(0);
    expect(out.map((line) => fetchOutput.parse(JSON.parse(line)).to)).toEqual([
      join(to, "b"),
      join(to, "a"),
    ]);
    for (const name of ["a", "b"])
      expect(readFileSync(join(to, name, "out/x"), "utf8")).toBe(`of ${name}`);
  });

  test("one that is not there does not keep the others back", async () => {
    const { context, out, err } = await scene(["a", "b"]);
    expect(await fetchAll(context, ["a", "none", "b"], { to: temporaryFolder() })).toBe(2);
    expect([out.length, err.filter((line) => line.includes("none"))]).toEqual([
      2,
      [expect.stringMatching(/^cloud-submit: /)],
    ]);
  });

  test("says how to go on after what another try may bring", async () => {
    const { context, store, err } = await scene(["a", "b"]);
    store.before = (operation, key) => {
      if (operation === "get" && key === "b/job-aws-stat.txt") throw new Error("no line");
    };
    const to = temporaryFolder();
    expect(await fetchAll(context, ["a", "b"], { to })).toBe(6);
    expect(err.at(-1)).toContain(`cloud-submit fetch a b --to ${to}`);
  });

  test("--list names the job of each path; JOB:PATH stands alone", async () => {
    const { context, out } = await scene(["a", "b"]);
    expect(await fetchAll(context, ["a", "b"], { list: true })).toBe(0);
    expect(out.map((line) => line.split("\t")[0])).toContain("b:out/x");
    const both = { prefix: ["a", "b:out/x"] };
    const jobs = async () => context;
    await expect(work.run({ jobs } as never, both, {})).rejects.toThrow("by itself");
  });
});
