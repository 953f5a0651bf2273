import type { JobRecord, TaskCounts } from "../../protocol/record.ts";
import { shortWordsOf } from "../errors/command-error.ts";
import type { Say } from "../messages/say.ts";
import { incompleteTasks, taskCountsLine } from "./array-tasks.ts";
import { notesOf, reasonWords } from "./reason-words.ts";
import { shownPath } from "./shown-path.ts";

/** slurmd's signal for a job whose files it could not open (seen on 22.05 to 26.05). */
const NOT_STARTED = 53;

/** How a job ended, in one line. */
export function verdict(say: Say, record: JobRecord): string {
  const { prefix, outcome, error, slurm, stageOut } = record;
  const parts = [`${prefix}: ${outcome ?? say("job.ended")}`];
  if (slurm) parts.push(say("job.slurm", { id: slurm.jobId }));
  if (slurm?.exitCode !== undefined) parts.push(say("job.exitCode", { code: slurm.exitCode }));
  if (slurm?.signal) parts.push(say("job.signal", { signal: slurm.signal }));
  if (slurm?.signal === NOT_STARTED) parts.push(say("job.notStarted"));
  if (slurm?.tasks) parts.push(...tasksOf(say, slurm.tasks));
  if (error) parts.push(shortWordsOf(say, error));
  const [left] = stageOut?.skipped ?? [];
  if (left)
    parts.push(
      say("job.leftOut", {
        count: stageOut?.skippedCount ?? 0,
        path: shownPath(left.path),
        reason: reasonWords(say, left),
      }),
    );
  parts.push(...notesOf(say, record));
  return parts.join(", ");
}

/** Groups of tasks that the line names; `status` shows all. */
const GROUPS_MAX = 3;

function tasksOf(say: Say, tasks: TaskCounts): string[] {
  const groups = incompleteTasks(say, tasks);
  const more =
    groups.length > GROUPS_MAX ? [say("tasks.more", { count: groups.length - GROUPS_MAX })] : [];
  const named = [...groups.slice(0, GROUPS_MAX), ...more].join("; ");
  return [`${taskCountsLine(say, tasks)}${named === "" ? "" : ` (${named})`}`];
}
