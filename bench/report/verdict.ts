import { type Goal, isMissed } from "../cloud/goal.ts";

/** Whether a goal was reached, in a word; why, if the run cannot tell. */
export function verdict(goal: Goal): string {
  if (goal.notJudged !== undefined) return `not judged: ${goal.notJudged}`;
  return isMissed(goal) ? "**missed**" : "reached";
}

/** A goal and whether it was reached, for a cell beside its figure; nothing where there is no goal. */
export function goalCell(goal: Goal | undefined): string {
  return goal ? `${goal.goal}: ${verdict(goal)}` : "";
}
