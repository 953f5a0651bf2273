/** One thing that was to be reached, and whether it was. */
export interface Goal {
  what: string;
  goal: string;
  found: string;
  reached: boolean;
  /** A count, or a ratio that is the same on every machine; not a time. */
  exact: boolean;
  /** Why this run cannot tell whether the goal is reached: it is neither reached nor missed. */
  notJudged?: string;
}

/** Whether a goal was judged, and not reached. */
export function isMissed({ reached, notJudged }: Goal): boolean {
  return !reached && notJudged === undefined;
}

/** Whether a goal makes a run fail: on another machine it would be missed as well. */
export function failsRun(goal: Goal): boolean {
  return goal.exact && isMissed(goal);
}

/** A goal and its verdict, for the terminal. */
export function goalLine(goal: Goal): string {
  const { what, found, exact, notJudged } = goal;
  const missed = exact ? "MISSED" : "missed on this machine";
  const judged = isMissed(goal) ? missed : "reached";
  const verdict = notJudged === undefined ? judged : `not judged: ${notJudged}`;
  return `${what}: ${found}, goal ${goal.goal}: ${verdict}`;
}
