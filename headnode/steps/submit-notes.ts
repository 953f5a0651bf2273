import { open } from "node:fs/promises";
import { join } from "node:path";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { reason } from "../../protocol/reason.ts";
import type { Note } from "../../protocol/record.ts";
import { workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { optionValue, scriptDirectives } from "../slurm/script-directives.ts";
import type { StepPorts } from "./ports.ts";

/** Bytes of a script that are read: `#SBATCH` lines stand at its beginning. */
const SCRIPT_MAX = 64 * 1024;

/** Notes on sbatch options of the submitter that are not followed. */
export async function notesBefore(entry: JobEntry, ports: StepPorts): Promise<Note[]> {
  const folder = workFolder(ports, entry).path;
  // Of two, sbatch takes the one of the command line.
  const words = [
    ...scriptDirectives(await startOf(join(folder, SCRIPT_FILE))),
    ...(entry.sbatchOptions ?? []),
  ];
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

/** The first bytes of a file, as text. */
async function startOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(SCRIPT_MAX), 0, SCRIPT_MAX, 0);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await file.close();
  }
}
