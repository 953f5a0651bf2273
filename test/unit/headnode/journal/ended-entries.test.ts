import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { JobEntry } from "../../../../headnode/journal/job-entry.ts";
import { countFiles } from "../../../support/counted-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const files = countFiles();
const { endedEntry, seedEnded } = await import("../../../../bench/cloud/seed-journal.ts");
const { encodeEntry, fileName } = await import("../../../../headnode/journal/entry-file.ts");
const { Journal } = await import("../../../../headnode/journal/journal.ts");
type AnyJournal = Awaited<ReturnType<typeof Journal.open>>;

const quiet = () => undefined;
afterEach(() => {
  files.onCall = () => undefined;
});

const at = (hours: number) => new Date(Date.UTC(2026, 10, 20) + hours * 3_600_000);
const entry = (prefix: string, hours: number) => endedEntry(prefix, "1", at(hours));

/** Submissions in the order in which they would go, when there is no room. */
async function order(journal: AnyJournal): Promise<string[]> {
  const all: string[] = [];
  for await (const { prefix, submission } of journal.uncleaned())
    all.push(`${prefix}@${submission}`);
  return all;
}

const idOf = ({ prefix, submission }: JobEntry) => `${prefix}@${submission}`;

/** Files where earlier versions had them. */
function earlier(folder: string, ...entries: JobEntry[]) {
  mkdirSync(join(folder, "ended"), { recursive: true });
  for (const one of entries) {
    const file = join(folder, "ended", fileName(one));
    writeFileSync(file, encodeEntry(one));
    const end = new Date(one.times.final ?? 0);
    utimesSync(file, end, end);
  }
}

test("what an earlier version has left is known at once, unread, and moved when there is time", async () => {
  const folder = temporaryFolder();
  const [first, second, other] = [entry("job1", 1), entry("job1", 2), entry("job2", 0)];
  earlier(folder, second, first, other);
  let journal: AnyJournal | undefined;
  const costs = await files.during(async () => {
    journal = await Journal.open(folder, quiet);
  });
  if (!journal) throw new Error("none");
  expect(costs).not.toHaveProperty("readFileSync");
  expect(costs).not.toHaveProperty("stat");
  expect(await journal.get("job1", first.submission)).toEqual(first);
  expect((await journal.lastEnded("job1"))?.submission).toBe(second.submission);
  expect(await order(journal)).toEqual([other, first, second].map(idOf));
  expect(readdirSync(join(folder, "ended")).map(String).toSorted()).toEqual([
    "cleaned",
    "files",
    "hours",
    "last",
  ]);
  expect(await journal.get("job1", first.submission)).toEqual(first);
});

test("what is left when an earlier version has run in between is moved, too", async () => {
  const folder = temporaryFolder();
  seedEnded(folder, 3, 2, at(5));
  const between = entry("between", 1);
  earlier(folder, between);
  const journal = await Journal.open(folder, quiet);
  expect(await order(journal)).toHaveLength(4);
  expect((await journal.lastEnded("between"))?.submission).toBe(between.submission);
});

test("the journal is laid out as the benchmark lays it out", async () => {
  const [own, seeded] = [temporaryFolder(), temporaryFolder()];
  const journal = await Journal.open(own, quiet);
  const one = entry("finished-0", 1);
  await journal.add(one);
  seedEnded(seeded, 1, 1, at(2));
  const names = (folder: string) =>
    readdirSync(join(folder, "ended"), { recursive: true })
      .map((name) => String(name).replace(/@.*/, "@"))
      .toSorted();
  expect(names(own)).toEqual(names(seeded));
});

test("the last one is that which ended last, in whatever order they are put aside", async () => {
  const orders = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(orders, async (hours) => {
      const journal = await Journal.open(temporaryFolder(), quiet);
      const all = hours.map((hour) => entry("job1", hour));
      await Promise.all(all.map((one) => journal.add(one)));
      const sorted = all.toSorted((a, b) =>
        (a.times.final ?? "").localeCompare(b.times.final ?? ""),
      );
      expect(await journal.lastEnded("job1")).toEqual(sorted.at(-1));
      expect(await order(journal)).toEqual(sorted.map(idOf));
    }),
    { numRuns: 25 },
  );
});

/** Functions that change what is on disk. */
const CHANGES = new Set(["link", "rename", "mkdir", "rm", "rmdir", "unlink", "utimes"]);

/** The same for a call that is made at once and one through threads. */
const nameOf = (call: string) => call.replace(/Sync$/, "");

/** Has the machine stop after so many changes: nothing more happens. */
function stopAfter(changes: number) {
  let left = changes;
  files.onCall = (name) => {
    if (CHANGES.has(nameOf(name)) && left-- <= 0)
      throw Object.assign(new Error("stopped"), { code: "EIO" });
  };
}

test.each(Array.from({ length: 12 }, (_, changes) => changes))(
  "an end is not lost when the machine stops after %d changes",
  async (changes) => {
    const folder = temporaryFolder();
    const before = await Journal.open(folder, quiet);
    await before.add(entry("job1", 1));
    const one = { ...entry("job1", 3), phase: "recorded" as const };
    await before.add(one);
    stopAfter(changes);
    await before.update(one, () => ({ phase: "done" })).catch(() => undefined);
    files.onCall = () => undefined;
    const journal = await Journal.open(folder, quiet);
    const found = await journal.get("job1", one.submission);
    if (found?.phase !== "done") {
      // The change itself was not on disk yet.
      expect(journal.activeOf("job1")?.submission).toBe(one.submission);
      return;
    }
    expect(journal.all()).toEqual([]);
    expect((await journal.lastEnded("job1"))?.submission).toBe(one.submission);
    expect((await order(journal)).at(-1)).toBe(idOf(found));
    expect(readdirSync(folder).filter((name) => name.endsWith(".json"))).toEqual([]);
  },
);

test.each(Array.from({ length: 6 }, (_, changes) => changes))(
  "what is forgotten is gone, or goes the next time, when the machine stops after %d changes",
  async (changes) => {
    const folder = temporaryFolder();
    const before = await Journal.open(folder, quiet);
    await before.add(entry("job1", 1));
    const forget = async (from: AnyJournal) => {
      for await (const ended of from.endedBefore(at(5).getTime())) await from.remove(ended);
    };
    stopAfter(changes);
    await forget(before).catch(() => undefined);
    files.onCall = () => undefined;
    const journal = await Journal.open(folder, quiet);
    await forget(journal);
    const left = readdirSync(join(folder, "ended"), { recursive: true }).map(String);
    expect(left.toSorted()).toEqual(["cleaned", "files", "hours", "last"]);
  },
);

test("the other names are on disk before the file is moved", async () => {
  const folder = temporaryFolder();
  const journal = await Journal.open(folder, quiet);
  const calls: string[] = [];
  files.onCall = (call, [from, to]) => {
    const name = nameOf(call);
    const path = String(name === "rename" ? to : from).slice(folder.length);
    if (["rename", "open"].includes(name) && path.startsWith("/ended")) calls.push(path);
  };
  const one = entry("job1", 3);
  await journal.add(one);
  const moved = calls.indexOf(`/ended/files/${fileName(one)}`);
  const hour = at(3).toISOString().slice(0, 13);
  const synced = ["/ended/hours", `/ended/hours/${hour}`, "/ended/last"];
  expect(calls.slice(0, moved).toSorted()).toEqual(synced);
  expect(calls.slice(moved + 1)).toEqual(["/ended/files"]);
});

test("on a full disk an end is kept where it is, and is put aside when there is room", async () => {
  const said: string[] = [];
  const folder = temporaryFolder();
  const journal = await Journal.open(folder, (level) => said.push(level));
  const one = { ...entry("job1", 3), phase: "recorded" as const };
  await journal.add(one);
  files.onCall = (name) => {
    if (nameOf(name) === "link") throw Object.assign(new Error("full"), { code: "ENOSPC" });
  };
  await journal.update(one, () => ({ phase: "done" }));
  expect([said, journal.activeOf("job1")]).toEqual([["warn"], undefined]);
  expect((await journal.lastEnded("job1"))?.submission).toBe(one.submission);
  files.onCall = () => undefined;
  await journal.retireLeft();
  expect([journal.all(), await order(journal)]).toEqual([[], [idOf(one)]]);
  expect((await journal.lastEnded("job1"))?.submission).toBe(one.submission);
});

test("names that are no submission's are left alone", async () => {
  const folder = temporaryFolder();
  seedEnded(folder, 2, 1, at(2));
  const hours = join(folder, "ended", "hours");
  mkdirSync(join(hours, "lost+found"));
  const [hour = ""] = readdirSync(hours);
  for (const name of ["notes.txt", ".unfinished", "a@b@c.json", "@.json", "..@x.json"])
    writeFileSync(join(hours, hour, name), "");
  const journal = await Journal.open(folder, quiet);
  expect(await order(journal)).toHaveLength(2);
  for await (const ended of journal.endedBefore(at(9).getTime())) await journal.remove(ended);
  expect(readdirSync(join(hours, hour))).toHaveLength(5);
  expect(existsSync(join(hours, "lost+found"))).toBe(true);
});

test("a damaged file is no last one, and its names go in their time", async () => {
  const folder = temporaryFolder();
  seedEnded(folder, 1, 1, at(2));
  const [name = ""] = readdirSync(join(folder, "ended", "files"));
  const file = join(folder, "ended", "files", name);
  writeFileSync(file, "torn");
  const said: string[] = [];
  const journal = await Journal.open(folder, (level) => said.push(level));
  expect(await journal.lastEnded("finished-0")).toBeUndefined();
  expect(said).toEqual(["error"]);
  for await (const ended of journal.endedBefore(at(9).getTime())) await journal.remove(ended);
  expect(await order(journal)).toEqual([]);
  expect(existsSync(file)).toBe(false);
});
