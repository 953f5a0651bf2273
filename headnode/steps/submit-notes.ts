import { join } from "node:path";
import type { Disk } from "../../bucket/disk/disk.ts";
import { lookAtStart, statOf } from "../../bucket/disk/files.ts";
import { realPathOn } from "../../bucket/disk/names.ts";
import { unless } from "../../bucket/disk/unless.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { reason } from "../../protocol/reason.ts";
import type { Note } from "../../protocol/record.ts";
import { HEAD_NODE_FILE } from "../../protocol/sbatch-option-table.ts";
import { optionValue, scriptDirectives } from "../../protocol/script-directives.ts";
import { workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { headNodeFile } from "../slurm/head-node-file.ts";
import type { StepPorts } from "./ports.ts";

/** Bytes of a script that are read: Slurm takes no longer ones. Source: slurm.conf(5), max_script_size. */
const SCRIPT_MAX = 4 * 1024 * 1024;

/**
 * Notes on sbatch options of the submitter that are not followed.
 *
 * @throws CloudSubmitError `bad-option` when the script has sbatch read a file of the Head Node
 */
export async function notesBefore(entry: JobEntry, ports: StepPorts): Promise<Note[]> {
  const folder = workFolder(ports, entry).path;
  const directives = await directivesIn(folder, ports.machine.disk);
  const file = headNodeFile(directives);
  if (file !== undefined)
    throw new CloudSubmitError(
      "bad-option",
      `${SCRIPT_FILE}: #SBATCH --${file}: ${HEAD_NODE_FILE}, which is not read for jobs; remove it`,
    );
  // Of two, sbatch takes the one of the command line.
  const words = [...directives, ...(entry.sbatchOptions ?? [])];
  const notes: Note[] = [];
  const path = optionValue(words, "chdir", "D");
  if (path !== undefined && path !== "." && path !== folder)
    notes.push(reason("chdir-not-followed", { path: path.slice(0, 1024) }));
  if (optionValue(words, "comment", "\0") !== undefined) notes.push(reason("comment-not-followed"));
  const ids = jobsOf(optionValue(words, "dependency", "d") ?? "");
  const unknown = ids.length > 0 ? await ports.slurm.unknownJobs(ids) : [];
  // Slurm starts a job at once whose dependency it does not know (seen on 22.05).
  if (unknown.length > 0) notes.push(reason("dependency-unknown", { ids: unknown.join(",") }));
  return notes;
}

/** The job ids in a value such as `afterok:12:13_4,after:14+5`. Source: sbatch(1), `--dependency`. */
function jobsOf(dependency: string): string[] {
  const ids = dependency
    .split(/[,?]/)
    .flatMap((one) => one.split(":").slice(1))
    .flatMap((one) => /^(\d{1,10})(?:_\d+|_\*)?(?:\+\d+)?$/.exec(one)?.[1] ?? []);
  return [...new Set(ids)].slice(0, 100);
}

/** The words of the `#SBATCH` lines of the script in a job's folder. */
export async function directivesIn(folder: string, disk: Disk): Promise<string[]> {
  return scriptDirectives(await startOf(folder, disk));
}

/** The first bytes of the job's script, as text; of one that the job's user may not read, sbatch says so. */
async function startOf(folder: string, disk: Disk): Promise<string> {
  const path = join(folder, SCRIPT_FILE);
  const size = Math.min(Number((await statOf(disk, path)).size), SCRIPT_MAX);
  const within = await realPathOn(disk, folder);
  const text = (bytes: Buffer) => bytes.toString("utf8");
  try {
    return await lookAtStart(disk, path, size, text, { within });
  } catch (error) {
    unless("EACCES")(error as NodeJS.ErrnoException);
    return "";
  }
}
