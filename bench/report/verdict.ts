import type { Goal } from "../cloud/goals.ts";

/** Whether a goal was reached, in a word. */
export function verdict({ reached }: Goal): string {
  return reached ? "reached" : "**missed**";
}

/** A goal and whether it was reached, for a cell beside its figure; nothing where there is no goal. */
export function goalCell(goal: Goal | undefined): string {
  return goal ? `${goal.goal}: ${verdict(goal)}` : "";
}
