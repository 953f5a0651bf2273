import { percentile } from "../statistics.ts";
import type { Quota } from "./quotas.ts";
import type { DesignName, Simulated } from "./simulate.ts";

/** One simulation, in numbers. */
export interface SimulatedRun {
  design: DesignName;
  jobs: number;
  /** How it differs from the table of quotas; empty: not at all. */
  what: string;
  /** Seconds from the first FILE_UPLOAD. */
  taken: { p50: number; last: number };
  /** Seconds that the other submitter's one job waited from its own FILE_UPLOAD. */
  other: { taken: number; submitted: number };
  submittedLast: number;
  endedLast: number;
  commands: number;
  commandsRefused: number;
  calls: number;
  callsThrottled: number;
  listed: number;
  removals: number;
  /** How many were taken by when. */
  curve: [seconds: number, jobs: number][];
}

/** Results of bench:simulate. */
export interface SimulateResults {
  commit: string;
  seed: number;
  quotas: Quota[];
  runs: SimulatedRun[];
}

/** Points of a curve; more cannot be told apart. */
const POINTS = 150;

/**
 * Sums a simulation up.
 * @throws Error when a job was not taken, submitted and ended once
 */
export function summary(
  { times, ...counts }: Simulated,
  about: Pick<SimulatedRun, "design" | "jobs" | "what">,
): SimulatedRun {
  const moments = (name: "taken" | "submitted" | "ended") =>
    times.map(({ [name]: all }, job) => {
      const [only] = all;
      if (only === undefined || all.length !== 1)
        throw new Error(`job ${job} was ${name} ${all.length} times`);
      return only / 1000;
    });
  const taken = moments("taken").toSorted((a, b) => a - b);
  const submitted = moments("submitted");
  const one = times.at(-1);
  const after = (moment = 0) => (moment - (one?.asked ?? 0)) / 1000;
  const last = (all: readonly number[]) => all.reduce((most, each) => Math.max(most, each), 0);
  const step = Math.max(1, Math.floor(taken.length / POINTS));
  const { commands, commandsRefused, calls, callsThrottled, listed, removals } = counts;
  return {
    ...about,
    taken: { p50: percentile(taken, 50), last: last(taken) },
    other: { taken: after(one?.taken[0]), submitted: after(one?.submitted[0]) },
    submittedLast: last(submitted),
    endedLast: last(moments("ended")),
    commands,
    commandsRefused,
    calls,
    callsThrottled,
    listed,
    removals,
    curve: taken.flatMap((at, job): [number, number][] =>
      job % step === 0 || job === taken.length - 1 ? [[Number(at.toFixed(2)), job + 1]] : [],
    ),
  };
}
