import { dirname } from "node:path";
import {
  areKnownLate,
  areOfEachTask,
  folderFields,
  OUTPUT_FOLDERS_MAX,
} from "../../protocol/output-pattern.ts";
import { parseTaskIds } from "../../protocol/task-ids.ts";
import { type JobRow, outputFileOf } from "./job-rows.ts";

/**
 * The folders of the output files of a job that waits, as far as Slurm can tell: not those that are named after the node, nor, of
 * an array, after the ids that its tasks get when they begin. Of tasks that wait together, those of each.
 */
export function outputFoldersOf(row: JobRow): Set<string> {
  const tasks = parseTaskIds(row.ArrayTaskID);
  const folders = new Set<string>();
  for (const pattern of new Set([row.StdOut, row.StdErr])) {
    const fields = folderFields(pattern);
    if (areKnownLate(fields, tasks !== undefined)) continue;
    for (const task of tasks ?? [undefined]) {
      const array = task === undefined ? undefined : { jobId: row.ArrayJobID, task };
      const file = outputFileOf(row, pattern, array);
      if (file !== undefined) folders.add(dirname(file));
      if (!areOfEachTask(fields) || folders.size >= OUTPUT_FOLDERS_MAX) break;
    }
  }
  return folders;
}
