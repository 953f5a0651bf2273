import { type Goal, isMissed } from "./goal.ts";

/** The one word on a goal that nothing shows otherwise: "reached" is only said of what this run has judged. */
function wordOn(goal: Goal, missed: string): string {
  if (goal.notJudged !== undefined) return `not judged: ${goal.notJudged}`;
  return isMissed(goal) ? missed : "reached";
}

/** Whether a goal was reached, in a word; why, if the run cannot tell. */
export function verdict(goal: Goal): string {
  return wordOn(goal, "**missed**");
}

/** A goal and whether it was reached, for a cell beside its figure; nothing where there is no goal. */
export function goalCell(goal: Goal | undefined): string {
  return goal ? `${goal.goal}: ${verdict(goal)}` : "";
}

/** A goal and its verdict, for the terminal. */
export function goalLine(goal: Goal): string {
  const word = wordOn(goal, goal.exact ? "MISSED" : "missed on this machine");
  return `${goal.what}: ${goal.found}, goal ${goal.goal}: ${word}`;
}

/** Several goals in one cell: each by its name, unless all were judged and reached. */
export function goalsCell(goals: readonly Goal[]): string {
  const isReached = ({ reached }: Goal) => reached;
  if (goals.every(isReached)) return goals.length === 0 ? "" : "reached";
  const missed = goals
    .filter(isMissed)
    .map((goal) => `${verdict(goal)}: ${goal.what} ${goal.found}, goal ${goal.goal}`);
  const open = goals
    .filter(({ notJudged }) => notJudged !== undefined)
    .map(({ what, notJudged }) => `${what} not judged: ${notJudged}`);
  const reached = goals.filter(isReached).map(({ what }) => what);
  return [
    ...missed,
    ...open,
    ...(reached.length > 0 ? [`reached: ${reached.join(", ")}`] : []),
  ].join("; ");
}
