import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { JobEntry } from "../../../../headnode/journal/job-entry.ts";
import type { StepPorts } from "../../../../headnode/steps/ports.ts";
import { Unseen } from "../../../../headnode/steps/unseen.ts";
import { jobEntry } from "../../../support/job-entry.ts";

const T0 = Date.parse("2026-11-30T12:00:00Z");
const HOUR_S = 3600;

/** A Slurm that takes a job some time after its sbatch, ends it, and forgets it, and an agent that looks at times. */
const histories = fc.record({
  minJobAge: fc.constantFrom(2, 60, 300),
  /** Seconds after sbatch; undefined: Slurm never gets it. */
  takenAfter: fc.option(fc.nat(HOUR_S), { nil: undefined }),
  runs: fc.nat(600),
  /** Seconds until each look, how long its answer takes, and whether another agent makes it. */
  looks: fc.array(
    fc.record({
      wait: fc.oneof(fc.nat(30), fc.nat(HOUR_S)),
      takes: fc.nat(20),
      isNew: fc.boolean(),
    }),
    { minLength: 1, maxLength: 20 },
  ),
});

test("a job that Slurm has had is found, or may have run; of one that was looked for often enough that is not said", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ minJobAge, takenAfter, runs, looks }) => {
      const entry: JobEntry = jobEntry({
        phase: "submitting",
        sbatchAt: new Date(T0).toISOString(),
      });
      const taken = takenAfter ?? Number.POSITIVE_INFINITY;
      let [unseen, now, before] = [new Unseen(), 0, 0];
      for (const { wait, takes, isNew } of looks) {
        if (isNew) unseen = new Unseen();
        // Another agent knows of sbatch alone.
        if (isNew) before = 0;
        now += wait;
        const from = now;
        const ports = {
          home: "/h",
          workRoot: "/w",
          now: () => new Date(T0 + now * 1000),
          slurm: {
            forgetsAfterMs: async () => minJobAge * 1000,
            find: async () => {
              const isShown = now >= taken && now < taken + runs + minJobAge;
              now += takes;
              return isShown ? { jobId: "1", name: "x" } : undefined;
            },
          },
        } as unknown as StepPorts;
        const look = await unseen.look(entry, ports, true);
        if (look.job) return;
        if (look.mayHaveRun) {
          // It is not said lightly.
          expect(now - before).toBeGreaterThanOrEqual(minJobAge - Math.min(30, minJobAge / 4));
          return;
        }
        // It was not there, and has not been.
        expect(taken).toBeGreaterThan(from);
        before = from;
      }
    }),
    { numRuns: 2000 },
  );
});

test("a job whose sbatch was not sent has not run, however long ago that was", async () => {
  const entry = jobEntry({ phase: "submitting", sbatchAt: "not sent" });
  const ports = {
    home: "/h",
    workRoot: "/w",
    now: () => new Date("2036-01-01T00:00:00Z"),
    slurm: { forgetsAfterMs: async () => 60_000, find: async () => undefined },
  } as unknown as StepPorts;
  expect(await new Unseen().look(entry, ports, true)).toMatchObject({ mayHaveRun: false });
  const { sbatchAt: _, ...earlier } = entry;
  expect(await new Unseen().look(earlier, ports, true)).toMatchObject({ mayHaveRun: true });
});

test("while Slurm does not tell how long it shows a job, nothing is concluded", async () => {
  const slurm = { forgetsAfterMs: async () => 0, find: async () => undefined };
  const ports = {
    home: "/h",
    workRoot: "/w",
    now: () => new Date(),
    slurm,
  } as unknown as StepPorts;
  const entry = jobEntry({ phase: "submitting", sbatchAt: new Date().toISOString() });
  await expect(new Unseen().look(entry, ports, true)).rejects.toMatchObject({ code: "slurm" });
  expect(await new Unseen().look(entry, ports, false)).toMatchObject({ mayHaveRun: false });
});
