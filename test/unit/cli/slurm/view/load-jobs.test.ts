import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { sacct } from "../../../../../cli/slurm/view/sacct.ts";
import { scontrol } from "../../../../../cli/slurm/view/scontrol.ts";
import { squeue } from "../../../../../cli/slurm/view/squeue.ts";
import type { ViewCommand } from "../../../../../cli/slurm/view/view-world.ts";
import {
  at,
  ENDED,
  FETCHED,
  NOW,
  RUNNING,
  type Sent,
  sent,
  show,
} from "../../../../support/slurm-view.ts";

/** Jobs as this machine has noted them, whose clock is off by so much: one runs, two are over, one is new, one is not told of. */
function jobsOf(offMs: number): Sent[] {
  const own = (time: string) => new Date(Date.parse(time) + offMs).toISOString();
  const jobs = [
    sent("11", RUNNING),
    sent("12", ENDED, FETCHED),
    sent("13", ENDED, { results: "fetched", resultsAt: at(12, 45) }),
    sent("14", undefined, { submittedAt: at(13, 5) }),
    sent("15", undefined, { submittedAt: at(12, 50) }),
  ];
  return jobs.map(({ file, board }) => ({
    ...(board && { board }),
    file: {
      ...file,
      ...(board?.final && { last: board }),
      submittedAt: own(file.submittedAt),
      ...(file.resultsAt !== undefined && { resultsAt: own(file.resultsAt) }),
    },
  }));
}

/** A call where the first answer of the bucket tells the time. */
async function called(command: ViewCommand, args: readonly string[], offMs: number) {
  const ownNow = () => new Date(NOW.getTime() + offMs);
  let isTold = false;
  const jobs = jobsOf(offMs);
  const told = jobs.flatMap(({ board }) => board ?? []);
  return show(command, args, jobs, {
    ownNow,
    now: () => (isTold ? NOW : ownNow()),
    board: async () => {
      isTold = true;
      return { version: 1, time: NOW.toISOString(), jobs: told };
    },
  });
}

const CALLS: [ViewCommand, string[]][] = [
  [squeue, ["--long", "--states=all"]],
  [squeue, ["--format=%i %M %L %V"]],
  [sacct, []],
  [sacct, ["--starttime=now-20minutes", "--format=jobid,submit,elapsed"]],
  [sacct, ["--starttime=2026-01-31T13:00", "--format=jobid,state"]],
  [scontrol, ["show", "job"]],
  [scontrol, ["show", "job", "11"]],
];

test("how wrong this machine's clock is shows nowhere, nor which jobs are read by themselves", async () => {
  const right = await Promise.all(CALLS.map(async ([command, args]) => called(command, args, 0)));
  expect(right[0]?.out).toContain("5:09");
  expect(right.map(({ requests }) => requests.join())).toContain("record 15");
  const days = 86_400_000;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -40 * days, max: 40 * days }), async (offMs) => {
      // Closer clocks count as the same.
      fc.pre(Math.abs(offMs) >= 5_000);
      for (const [at, [command, args]] of CALLS.entries())
        expect(await called(command, args, offMs)).toEqual(right[at]);
    }),
    { numRuns: 30 },
  );
});
