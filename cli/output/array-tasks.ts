import type { TaskCounts } from "../../protocol/record.ts";
import type { Say } from "../messages/say.ts";

type Incomplete = NonNullable<TaskCounts["incomplete"]>[number];

/** How many tasks of a job array completed. */
export function taskCountsLine(say: Say, { completed, total }: TaskCounts): string {
  return say("tasks.completed", { completed, total });
}

/** Tasks that did not complete, each group that ended in one way as `13,17-19: failed, exit code 7`. */
export function incompleteTasks(say: Say, { incomplete = [] }: TaskCounts): string[] {
  return incomplete.map((group) => `${group.ids}: ${wayOf(say, group)}`);
}

function wayOf(say: Say, { outcome, exitCode, signal, state }: Incomplete): string {
  const parts: string[] = [outcome];
  // A task that was cancelled before it began has none to speak of.
  if (state !== "CANCELLED" && exitCode) parts.push(say("job.exitCode", { code: exitCode }));
  if (signal) parts.push(say("job.signal", { signal }));
  return parts.join(", ");
}
