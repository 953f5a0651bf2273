import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  areKnownLate,
  areOfEachTask,
  folderFields,
  OUTPUT_FOLDERS_MAX,
} from "../../protocol/output-pattern.ts";
import { parseTaskIds } from "../../protocol/task-ids.ts";
import { ELSEWHERE } from "./places.ts";
import { slurmError } from "./slurm-error.ts";

/** A file of --output or --error. */
export interface OutputFile {
  option: string;
  /** As it was given. */
  path: string;
  /** Its place in the job's folder, with the same patterns. */
  place: string;
}

/**
 * Checks that the folders of an output file are known before the job begins, or are there: Slurm does not start a job for which it cannot
 * open the file, and only newer versions make folders.
 *
 * @param root the folder that is sent
 * @param array value of --array; undefined: the job is none
 * @throws SlurmError when they are not
 */
export function checkOutputFolders(
  { option, path, place }: OutputFile,
  { root, array }: { root: string; array: string | undefined },
): void {
  const fields = folderFields(place);
  const isOpen = (one: ReadonlySet<string>) => areKnownLate(one, array !== undefined);
  if (isOpen(fields) && !hasFolders(root, place, isOpen))
    throw refused(
      option,
      path,
      fields.has("N")
        ? "the node is not known before the job begins, so that its folder cannot be made: use %N in the file's name alone, or make a folder for each node"
        : "tasks of an array get their ids (%j) when they begin, so that their folders cannot be made before: use %A and %a",
    );
  const isEach = array !== undefined && areOfEachTask(fields);
  if (isEach && parseTaskIds(array, OUTPUT_FOLDERS_MAX) === undefined)
    throw refused(
      option,
      path,
      `folders are made for no more than ${OUTPUT_FOLDERS_MAX} tasks of an array: use %a in the file's name alone`,
    );
}

function refused(option: string, path: string, why: string) {
  return slurmError("sbatch", `--${option}=${path}: ${why}`);
}

/** Whether there are folders here where one that is not known is to be: those are sent. */
function hasFolders(
  root: string,
  place: string,
  isOpen: (fields: ReadonlySet<string>) => boolean,
): boolean {
  const names = dirname(place).split("/");
  const above = names.slice(
    0,
    names.findIndex((name) => isOpen(folderFields(`${name}/`))),
  );
  if (above[0] === ELSEWHERE || folderFields(`${above.join("/")}/`).size > 0) return false;
  try {
    const found = readdirSync(join(root, ...above), { withFileTypes: true });
    return found.some((one) => one.isDirectory());
  } catch {
    return false;
  }
}
