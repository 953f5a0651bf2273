import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { JobEntry, Phase } from "../../../../headnode/journal/job-entry.ts";
import { Journal } from "../../../../headnode/journal/journal.ts";
import { completed } from "../../../support/state-change.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const quiet = () => undefined;
/** Among them names that an object of JavaScript has. */
const PREFIXES = ["job1", "constructor", "toString"];
const JOBS = ["1", "2"];

const step = fc.record({
  prefix: fc.constantFrom(...PREFIXES),
  submission: fc.constantFrom("s1", "s2", "s3"),
  phase: fc.constantFrom<Phase>("waiting", "accepted", "running", "ended", "done"),
  jobId: fc.option(fc.constantFrom(...JOBS), { nil: undefined }),
  after: fc.uniqueArray(fc.constantFrom(...PREFIXES), { maxLength: 3 }),
  isTold: fc.boolean(),
  at: fc.integer({ min: 0, max: 1000 }),
});

/** The same by a look at everything. */
const found = (journal: Journal) => ({
  active: PREFIXES.map((prefix) =>
    journal.all().filter((one) => one.prefix === prefix && one.phase !== "done"),
  ),
  waiting: PREFIXES.map((prefix) =>
    journal
      .all()
      .filter(
        ({ phase, waitsFor = [] }) =>
          phase === "waiting" && waitsFor.some((one) => one.prefix === prefix),
      ),
  ),
  jobs: JOBS.map((id) =>
    journal.all().filter(({ slurm, phase }) => slurm?.jobId === id && phase !== "done"),
  ),
});

test("the indexes say what a look at every entry would say, whatever changes, and after a restart", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const folder = temporaryFolder();
      let journal = await Journal.open(folder, quiet);
      for (const { prefix, submission, phase, after, jobId, isTold, at } of steps) {
        const change: Partial<JobEntry> = {
          phase,
          waitsFor: after.map((one) => ({ prefix: one, submission: "s1", condition: "ok" })),
          ...(jobId !== undefined && { slurm: { jobId } }),
          times: { final: new Date(at).toISOString() },
          outbox: isTold ? [] : [completed(submission, new Date(0))],
        };
        const known = await journal.get(prefix, submission);
        const isNew = known === undefined;
        if (isNew)
          await journal.add({
            version: 1,
            prefix,
            submission,
            phase: "accepted",
            state: "FILE_UPLOAD",
            statusEtag: "e",
            times: {},
            outbox: [],
            ...change,
          });
        else await journal.update(known, () => change);
        for (const reopened of [false, true]) {
          if (reopened) journal = await Journal.open(folder, quiet);
          const { active, waiting, jobs } = found(journal);
          for (const [index, some] of waiting.entries()) {
            const named = { prefix: PREFIXES[index] ?? "", submission: "s1" };
            expect(new Set(journal.waitingFor(named))).toEqual(new Set(some));
            expect(journal.waitingFor({ ...named, submission: "s2" })).toEqual([]);
          }
          for (const [index, some] of active.entries()) {
            const one = journal.activeOf(PREFIXES[index] ?? "");
            expect(one === undefined ? some : some.includes(one)).toEqual(one ? true : []);
          }
          for (const [index, some] of jobs.entries()) {
            const one = journal.runningJob(JOBS[index] ?? "");
            expect(one === undefined ? some : some.includes(one)).toEqual(one ? true : []);
          }
        }
      }
    }),
    { numRuns: 20 },
  );
}, 60_000);
