import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { countFiles } from "../../../../support/counted-files.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const files = countFiles();
const { endedEntry, seedEnded } = await import("../../../../../bench/cloud/seed-journal.ts");
const { Journal } = await import("../../../../../headnode/journal/journal.ts");
const { clean } = await import("../../../../../headnode/upkeep/clean.ts");

const now = new Date("2026-11-23T20:45:01Z");
const quiet = () => undefined;
/** Hours in which jobs have ended: the folders of what has ended are as many. */
const HOURS = 48;

/** The cost of each of the agent's steps beside so many submissions that have ended. */
async function costs(ended: number) {
  const home = temporaryFolder();
  const folder = join(home, "journal");
  const workRoot = join(home, "work");
  mkdirSync(workRoot);
  seedEnded(folder, ended, HOURS, now);
  let journal = await Journal.open(folder, quiet);
  const one = endedEntry("job1", "1", now);
  const tidy = (options: object) =>
    clean({
      journal,
      home,
      workRoot,
      keepDays: 30,
      minFreeShare: 0,
      freeShare: async () => 1,
      now: () => now,
      log: quiet,
      ...options,
    });
  let shares = 2;
  const steps = {
    request: async () => {
      await journal.get(one.prefix, one.submission);
      journal.activeOf(one.prefix);
      await journal.add(Object.assign(one, { phase: "accepted" }));
    },
    start: async () => {
      journal = await Journal.open(folder, quiet);
    },
    end: async () => {
      const active = journal.activeOf(one.prefix) ?? one;
      await journal.update(active, () => ({ phase: "done" }));
    },
    "cancel of what has ended": async () => {
      expect((await journal.lastEnded("job1"))?.submission).toBe(one.submission);
      expect(await journal.lastEnded("job2")).toBeUndefined();
    },
    "an hour's tidying": () => tidy({}),
    "room for one": () =>
      tidy({ minFreeShare: 0.1, freeShare: async () => (shares-- > 1 ? 0 : 1) }),
    "one hour's that are old": () => tidy({ keepDays: (HOURS - 1) / 24, minFreeShare: 0 }),
  };
  const all: Record<string, Record<string, number>> = {};
  for (const [name, step] of Object.entries(steps)) all[name] = await files.during(step);
  return all;
}

test("no step costs more beside ten thousand submissions that have ended", async () => {
  const [few, many] = [await costs(2 * HOURS), await costs(10_000)];
  const { "one hour's that are old": old = {}, ...others } = many;
  const { "one hour's that are old": fewOld = {}, ...fewOthers } = few;
  expect(others).toEqual(fewOthers);
  // Each that goes costs as much as any other, and the rest is not looked at.
  const removed = Math.floor(10_000 / HOURS);
  expect([fewOld.rm, old.rm]).toEqual([2 * 4, removed * 4]);
  expect((old.names ?? 0) - (fewOld.names ?? 0)).toBe(removed - 2);
}, 120_000);

test("what is active is found without a look at the others", async () => {
  const journal = await Journal.open(temporaryFolder(), quiet);
  for (let at = 0; at < 20; at++)
    await journal.add({ ...endedEntry(`job${at}`, `${at}`, now), phase: "running" });
  const all = jest.spyOn(journal, "all");
  expect(journal.activeOf("job7")?.prefix).toBe("job7");
  expect(journal.runningJob("7")?.prefix).toBe("job7");
  expect(await journal.lastEnded("job7")).toBeUndefined();
  expect(all).not.toHaveBeenCalled();
});
