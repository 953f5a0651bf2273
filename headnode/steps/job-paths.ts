import { fchmodSync } from "node:fs";
import { join } from "node:path";
import { type Disk, ownDisk } from "../../bucket/disk/disk.ts";
import { closeFile, lookAtStart, openOn, statOf, writeAt } from "../../bucket/disk/files.ts";
import { realPathOn } from "../../bucket/disk/names.ts";
import { replaceWith } from "../../bucket/disk/replace-file.ts";
import { unless } from "../../bucket/disk/unless.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { ARGUMENTS_MAX_BYTES, type Manifest, type Origin } from "../../protocol/manifest.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { pathBeside } from "../../transfer/placing/partial-files.ts";
import { withJobPaths, withJobPathsInText } from "../jobs/origin-paths.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { StepResult } from "./ports.ts";

/** Slurm takes no longer script. Source: slurm.conf(5), max_script_size. */
const SCRIPT_MAX = 4 << 20;

/** Characters of arguments that the journal's entry holds itself: of more, each change of the entry would write them again. */
const ARGUMENTS_IN_ENTRY = 4096;

/** Paths become longer, and so may arguments. The system takes 2 MiB with the environment. */
const ARGUMENTS_MAX = 4 * ARGUMENTS_MAX_BYTES;

/** Puts the job's own folder into the staged script, in place of the submitter's folders: a new file, with the same mode. */
export async function scriptWithJobPaths(
  folder: string,
  origins: readonly Origin[] | undefined,
  disk: Disk,
): Promise<void> {
  if (!origins?.length) return;
  const path = join(folder, SCRIPT_FILE);
  const { size, mode } = await statOf(disk, path);
  // sbatch refuses it.
  if (size > SCRIPT_MAX) return;
  const within = await realPathOn(disk, folder);
  const look = lookAtStart(disk, path, Number(size), (bytes) => Buffer.from(bytes), { within });
  // Of one that cannot be read, sbatch says so.
  const text = await Promise.resolve(look).catch(unless("EACCES"));
  const changed = text && withJobPaths(text, origins, folder);
  if (!changed || changed === text) return;
  const make = async (beside: string) => {
    const file = await openOn(ownDisk, beside, "wx");
    try {
      fchmodSync(file, Number(mode) & 0o7777);
      await writeAt(ownDisk, file, changed, 0);
    } finally {
      await closeFile(ownDisk, file);
    }
  };
  await replaceWith(path, make, { beside: pathBeside(path) });
}

/** The same in the environment that a submitter's options set for the job. */
export function optionsWithJobPaths(
  { sbatchOptions }: JobEntry,
  origins: readonly Origin[] | undefined,
  folder: string,
): Pick<StepResult, "sbatchOptions"> {
  if (!origins?.length || !sbatchOptions) return {};
  const changed = sbatchOptions.map((option) =>
    option.startsWith("--export=") ? withJobPathsInText(option, origins, folder) : option,
  );
  return { sbatchOptions: changed };
}

/**
 * The arguments that the job script is called with, with the job's own folder in them.
 *
 * @throws CloudSubmitError `stage-in-failed` when they have become too long
 */
export function argumentsWithJobPaths(
  { arguments: sent = [], origins = [] }: Pick<Manifest, "arguments" | "origins">,
  folder: string,
): string[] {
  const all = sent.map((one) => withJobPathsInText(one, origins, folder));
  if (Buffer.byteLength(all.join("\0")) > ARGUMENTS_MAX)
    throw new CloudSubmitError(
      "stage-in-failed",
      "the arguments of the job script are too long with the paths of the cluster: put them into a file, and submit again",
    );
  return all;
}

/** The arguments of a job script as the journal is to hold them. */
export function keptArguments(
  sent: Manifest | undefined,
  folder: string,
): Pick<StepResult, "scriptArguments"> {
  if (!sent?.arguments?.length) return {};
  const all = argumentsWithJobPaths(sent, folder);
  const isLong = JSON.stringify(all).length > ARGUMENTS_IN_ENTRY;
  return { scriptArguments: isLong ? "long" : all };
}
