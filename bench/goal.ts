/** One thing that was to be reached, and whether it was. */
export interface Goal {
  what: string;
  goal: string;
  found: string;
  /** Never true of a goal that is not judged. */
  reached: boolean;
  /** A count, or a ratio that is the same on every machine; not a time. */
  exact: boolean;
  /** Why this run cannot tell whether the goal is reached: it is neither reached nor missed. */
  notJudged?: string;
}

/** A ratio or an amount, rounded as it is shown, that is to be no more than `most`. */
export function atMost(
  what: string,
  found: number,
  most: number,
  { digits = 2, exact }: { digits?: number; exact: boolean },
): Goal {
  const shown = found.toFixed(digits);
  return { what, goal: `≤ ${most}`, found: shown, reached: Number(shown) <= most, exact };
}

/** The same goal where this run cannot tell; judged after all when there is no reason why it could not. */
export function unlessJudged(goal: Goal, why: string | undefined): Goal {
  return why === undefined ? goal : { ...goal, reached: false, notJudged: why };
}

/** Whether a goal was judged, and not reached. */
export function isMissed({ reached, notJudged }: Goal): boolean {
  return !reached && notJudged === undefined;
}

/** Whether a goal makes a run fail: on another machine it would be missed as well. */
export function failsRun(goal: Goal): boolean {
  return goal.exact && isMissed(goal);
}
