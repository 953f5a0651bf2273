import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { Phase } from "../../../../headnode/journal/job-entry.ts";
import { Journal } from "../../../../headnode/journal/journal.ts";
import { clean } from "../../../../headnode/upkeep/clean.ts";
import { completed } from "../../../support/state-change.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const now = new Date("2026-11-23T20:45:01Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const quiet = () => undefined;

type Row = [submission: string, phase: Phase, days: number | undefined, untold?: boolean];

/** A journal with one submission for each row, and a folder for each. */
async function world(rows: Row[]) {
  const home = temporaryFolder();
  const workRoot = join(home, "work");
  const journal = await Journal.open(join(home, "journal"), quiet);
  const folder = (submission: string) => join(workRoot, "job1", submission);
  for (const [submission, phase, days, untold] of rows) {
    await journal.add({
      version: 1,
      prefix: "job1",
      submission,
      phase,
      state: "JOB_COMPLETE",
      statusEtag: "e",
      times: days === undefined ? {} : { final: daysAgo(days) },
      outbox: untold ? [completed(submission, now)] : [],
    });
    mkdirSync(folder(submission), { recursive: true });
    writeFileSync(join(folder(submission), "file"), "x");
  }
  const left = () =>
    rows.map(([submission]) => submission).filter((one) => existsSync(folder(one)));
  const common = { journal, home, workRoot, keepDays: 30, now: () => now, log: quiet };
  return { journal, left, common };
}

/** Those of some submissions that the journal still knows. */
async function known(journal: Journal, ...submissions: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const submission of submissions)
    if (await journal.get("job1", submission)) found.push(submission);
  return found;
}

test("what ended long ago goes, with its journal file; what has not ended stays for ever", async () => {
  const { journal, left, common } = await world([
    ["old", "done", 31],
    ["young", "done", 29],
    ["unfinished", "ended", 400],
  ]);
  await clean({ ...common, minFreeShare: 0.1, freeShare: async () => 0.5 });
  expect(left()).toEqual(["young", "unfinished"]);
  expect(await known(journal, "old", "young", "unfinished")).toEqual(["young", "unfinished"]);
});

test("on a full disk the oldest folders go until there is room, and their submissions stay known", async () => {
  const { journal, left, common } = await world([
    ["unfinished", "running", 9],
    ["third", "done", 1],
    ["first", "done", 3],
    ["second", "done", 2],
  ]);
  const shares = [0.01, 0.05, 0.2];
  await clean({ ...common, minFreeShare: 0.1, freeShare: async () => shares.shift() ?? 1 });
  expect(left()).toEqual(["unfinished", "third"]);
  expect(await known(journal, "first", "second")).toEqual(["first", "second"]);
  const asked: string[] = [];
  await clean({ ...common, minFreeShare: 0.1, freeShare: async (at) => asked.push(at) && 0.05 });
  expect([left(), asked]).toEqual([["unfinished"], [common.workRoot]]);
});

test("one that cannot be noted as removed keeps no other from going", async () => {
  const rows: Row[] = [1, 2, 3].map((at) => [`old${at}`, "done", 40 - at]);
  const aged = await world(rows);
  const filling = await world(rows);
  const fail = (journal: Journal, name: "remove" | "setCleaned") => {
    const real = journal[name].bind(journal);
    journal[name] = async (entry) => {
      if (entry.submission === "old1") throw new Error("EIO: i/o error");
      await real(entry);
    };
  };
  fail(aged.journal, "remove");
  await clean({ ...aged.common, minFreeShare: 0, freeShare: async () => 1 });
  expect(await known(aged.journal, "old1", "old2", "old3")).toEqual(["old1"]);
  fail(filling.journal, "setCleaned");
  const full = { minFreeShare: 0.1, freeShare: async () => 0.01 };
  await clean({ ...filling.common, keepDays: 400, ...full });
  expect(filling.left()).toEqual([]);
});

test("what tells no end ended long ago; what the audit does not know yet stays", async () => {
  const { journal, left, common } = await world([
    ["endless", "done", undefined],
    ["untold", "done", 400, true],
  ]);
  await clean({ ...common, minFreeShare: 0.1, freeShare: async () => 0.01 });
  expect(left()).toEqual(["untold"]);
  expect(await known(journal, "endless", "untold")).toEqual(["untold"]);
});

test("the last folder of a prefix takes the prefix's own along; another submission's keeps it", async () => {
  const { left, common } = await world([
    ["old", "done", 31],
    ["young", "done", 29],
  ]);
  await clean({ ...common, minFreeShare: 0, freeShare: async () => 1 });
  expect([left(), existsSync(join(common.workRoot, "job1"))]).toEqual([["young"], true]);
  await clean({ ...common, keepDays: 0, minFreeShare: 0, freeShare: async () => 1 });
  expect([left(), existsSync(join(common.workRoot, "job1"))]).toEqual([[], false]);
});

test("reads none but what it removes", async () => {
  const { journal, left, common } = await world([
    ["old", "done", 31],
    ["young", "done", 29],
  ]);
  const young = join(common.home, "journal", "ended", "files", "job1@young.json");
  writeFileSync(young, "torn");
  await clean({ ...common, minFreeShare: 0.1, freeShare: async () => 1 });
  expect(left()).toEqual(["young"]);
  expect(existsSync(young)).toBe(true);
  expect(await known(journal, "old")).toEqual([]);
});

test("nothing is removed through a link that a job has put in place of its prefix's folder", async () => {
  const { journal, common } = await world([["old", "done", 31]]);
  // Another job's folder, whose submission has the same id.
  const other = join(common.workRoot, "job2");
  renameSync(join(common.workRoot, "job1"), other);
  symlinkSync(other, join(common.workRoot, "job1"));
  const said: string[] = [];
  const log = (level: string) => void said.push(level);
  await clean({ ...common, log, minFreeShare: 0, freeShare: async () => 1 });
  expect(existsSync(join(other, "old", "file"))).toBe(true);
  expect([said, await known(journal, "old")]).toEqual([["warn", "info"], []]);
});

test("a folder that no path is long enough for goes, too", async () => {
  const { left, common } = await world([["old", "done", 31]]);
  const nest = 'cd "$1"; for n in $(seq 500); do mkdir 0123456789; cd 0123456789; done';
  execFileSync("bash", ["-c", nest, "sh", join(common.workRoot, "job1", "old")]);
  await clean({ ...common, minFreeShare: 0, freeShare: async () => 1 });
  expect(left()).toEqual([]);
});

test("what stands in place of a folder keeps no other from going", async () => {
  const { journal, left, common } = await world([
    ["stuck", "done", 40],
    ["old", "done", 31],
  ]);
  const stuck = await journal.get("job1", "stuck");
  // A job has put a file where another prefix has its folder.
  writeFileSync(join(common.workRoot, "job2"), "");
  await journal.add({ ...stuck!, prefix: "job2" });
  await clean({ ...common, minFreeShare: 0, freeShare: async () => 1 });
  expect(left()).toEqual([]);
  expect(await journal.get("job2", "stuck")).toBeUndefined();
});
