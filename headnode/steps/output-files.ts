import { access } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Disk } from "../../bucket/disk/disk.ts";
import { PROTOCOL_FILES } from "../../protocol/objects.ts";
import { reason } from "../../protocol/reason.ts";
import type { Note, OutputFiles, TransferVerdict } from "../../protocol/record.ts";
import { type OutputPath, outputPath, realJobFolder } from "../jobs/output-path.ts";
import { fileMark, readManifest, type WorkFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { TaskOutput } from "../slurm/task-outputs.ts";

/** The signal of a batch job whose output files slurmd could not open, with exit code 0 (seen on 22.05 to 26.05). */
const NOT_OPENED = 53;

/** Notes of each kind that a record tells at most. */
const NOTES_MAX = 10;

/**
 * The job's stdout and stderr for the record, so that its readers find them. A file that the job has not
 * touched is an input of the same name, not its output; of one that was not sent, the bucket may hold an older one.
 */
export async function outputOf(
  folder: WorkFolder,
  entry: JobEntry,
  { skipped }: TransferVerdict,
  disk: Disk,
): Promise<OutputFiles[] | undefined> {
  const before = await readManifest(folder, entry.staged);
  const notSent = new Set(skipped.map(({ path }) => path));
  const isOwn = ({ path, stats }: OutputPath) =>
    !PROTOCOL_FILES.has(path) && !notSent.has(path) && before.get(path) !== fileMark(stats);
  const found: OutputFiles[] = [];
  for (const { task, paths } of outputsOf(folder.path, entry)) {
    const there = await Promise.all(paths.map((named) => outputPath(folder.path, named, disk)));
    const [stdout, stderr] = there.map((one) => (one && isOwn(one) ? one : undefined));
    if (stdout)
      found.push({
        ...(task !== undefined && { task }),
        stdout: stdout.path,
        ...(stderr && { stderr: stderr.path }),
      });
  }
  if (found.length === 0) return undefined;
  return found.toSorted((a, b) => (a.task ?? 0) - (b.task ?? 0));
}

/** The files that Slurm has named; of a job that it has forgotten, the one that it names by itself. */
function outputsOf(folder: string, { taskOutputs, outputPaths, slurm }: JobEntry): TaskOutput[] {
  if (taskOutputs) return taskOutputs;
  // Source: sbatch(1), "--output".
  const byItself = slurm && !slurm.tasks ? [join(folder, `slurm-${slurm.jobId}.out`)] : [];
  return [{ paths: outputPaths ?? byItself }];
}

/**
 * Notes for the submitter on the output: Slurm wrote it where no results are, outside the job's folder or over a
 * file of the protocol; or it did not start the job, because there was no folder for it.
 */
export async function outputNotes(folder: string, entry: JobEntry, disk: Disk): Promise<Note[]> {
  const named = entry.taskOutputs?.flatMap(({ paths }) => paths) ?? entry.outputPaths ?? [];
  const real = await realJobFolder(folder, disk).catch(() => folder);
  const [away, own]: [string[], string[]] = [[], []];
  for (const path of new Set(named)) {
    if (path === "/dev/null") continue;
    // Slurm names the folder as it was told, or by its real place.
    const ways = [folder, real].map((root) => relative(root, path));
    const way = ways.find((one) => !one.startsWith("../"));
    if (way === undefined || PROTOCOL_FILES.has(way)) away.push(path);
    else own.push(path);
  }
  const isNotOpened = wasNotOpened(entry);
  const missing = isNotOpened ? await withoutFolder(own) : [];
  const [other] = isNotOpened && missing.length === 0 ? [...own, ...away] : [];
  const shown = (path: string) => ({ path: path.slice(0, 1024) });
  return [
    ...away.slice(0, NOTES_MAX).map((path) => reason("output-not-brought-back", shown(path))),
    ...missing.map((path) => reason("output-folder-missing", shown(path))),
    ...(other === undefined ? [] : [reason("output-not-opened", shown(other))]),
  ];
}

/** Whether slurmd could not open the output files of the job, or of a task of it. */
function wasNotOpened({ slurm }: JobEntry): boolean {
  const ends = [slurm, ...(slurm?.tasks?.incomplete ?? [])];
  return ends.some((end) => end?.signal === NOT_OPENED && end.exitCode === 0);
}

/** Those of some files whose folder is not there, relative to it. */
async function withoutFolder(paths: readonly string[]): Promise<string[]> {
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  const missing = new Set<string>();
  for (const folder of folders)
    await access(folder).catch(() => {
      missing.add(folder);
    });
  return paths.filter((path) => missing.has(dirname(path))).slice(0, NOTES_MAX);
}
