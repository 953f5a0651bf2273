import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { ResultRules, stagedRules } from "../../../../headnode/steps/result-rules.ts";
import { submittedWorld } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** Results that come back from a job with this ignore file, and the notes in its record. */
async function results(rules: string, files: Record<string, string>, outputs: string[] = []) {
  const { w, version } = await submittedWorld({
    files: { "job-aws-run.sh": "#!/bin/sh\n", ".cloudsubmitignore": rules },
  });
  const folder = join(w.workRoot, "job1", version);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  w.end("1", { ...task("COMPLETED"), outputPaths: outputs.map((name) => join(folder, name)) });
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  const keys = [...w.store.objects.keys()].filter((key) => key.startsWith("job1/"));
  const back = Object.keys(files).filter((path) => keys.includes(`job1/${path}`));
  return { back, notes: w.record("job1")?.notes };
}

test("what is ignored does not come back, and the record says so", async () => {
  const { back, notes } = await results("scratch/\n*.tmp\n", {
    "scratch/a": "x",
    "scratch/b/c": "x",
    "a.tmp": "x",
    result: "x",
  });
  expect(back).toEqual(["result"]);
  expect(notes).toEqual([{ code: "results-ignored", values: { count: "2", path: "a.tmp" } }]);
});

test("the rules are those that the submitter sent, whatever the job writes in their place", async () => {
  const { back } = await results("secret\n", {
    secret: "x",
    result: "x",
    ".cloudsubmitignore": "result\n",
  });
  expect(back).toEqual(["result", ".cloudsubmitignore"]);
});

test("stdout and stderr come back all the same", async () => {
  const { back } = await results("*.out\n", { "job.out": "printed", "b.out": "x" }, ["job.out"]);
  expect(back).toEqual(["job.out"]);
});

test("a rule that would take for ever is not used, and named; the others hold", () => {
  const rules = new ResultRules(`${"*a".repeat(30)}b\nscratch\n`);
  expect(rules.ignores(`${"a".repeat(200)}c`, false, false)).toBe(false);
  expect(rules.ignores("scratch", true, false)).toBe(true);
  expect(rules.notes().map(({ code }) => code)).toEqual(["rule-not-used", "results-ignored"]);
});

test("however deep a job's folders, and whatever its rules, they take a bounded time on behalf of one submitter", () => {
  const starry = Array.from({ length: 500 }, (_, at) => `**/a/**/a/**/b${at}`);
  const few = new ResultRules([...starry, "/top/", "*.tmp"].join("\n"));
  // So many lines are named, and some more told of.
  expect(few.notes().map(({ values }) => values?.["line"])).toEqual(["9", "10", "11", "12", "13"]);
  expect(few.ignores("a/a/b7", false, false)).toBe(true);
  expect(few.ignores("a/a/b8", false, false)).toBe(false);
  expect(few.ignores("a.tmp", false, false)).toBe(false);
  expect(few.ignores(`${"a/".repeat(100)}b7`, false, false)).toBe(true);
  expect(few.ignores(`${"a/".repeat(101)}b7`, false, false)).toBe(false);
  expect(few.notes()).toContainEqual({ code: "rules-not-tried", values: { count: "1" } });
  let now = 0;
  const slow = new ResultRules("*.tmp\n", () => (now += 2_000));
  const tried = Array.from({ length: 20 }, () => slow.ignores("a.tmp", false, false));
  expect(tried.filter(Boolean)).toHaveLength(6);
  expect(slow.notes()).toContainEqual({ code: "rules-not-tried", values: { count: "14" } });
});

test("an ignore file that is no file, or too large, is not read", async () => {
  const folder = temporaryFolder();
  expect(await stagedRules(folder)).toBeUndefined();
  symlinkSync("/etc/passwd", join(folder, ".cloudsubmitignore"));
  expect(await stagedRules(folder)).toBeUndefined();
  const large = temporaryFolder();
  writeFileSync(join(large, ".cloudsubmitignore"), "x".repeat(70_000));
  expect(await stagedRules(large)).toBeUndefined();
});
