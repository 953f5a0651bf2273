import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { readSmallFile } from "../../bucket/disk/read-small-file.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import type { WalkEntry } from "../../transfer/walk.ts";
import { CommandError } from "../errors/command-error.ts";

/** Source of a job: a folder with its script in it, or a script by itself. */
export type JobSource =
  | { kind: "folder"; path: string }
  | { kind: "script"; path: string; stats: BigIntStats };

/** No job script is so long; what is longer is not read, and sbatch decides. */
const SCRIPT_MAX_BYTES = 4 << 20;

/**
 * Looks at what a user wants to submit.
 *
 * @throws CloudSubmitError `usage` or `no-script` when it cannot be a job, or sbatch is sure to refuse its script
 */
export async function jobSource(path: string): Promise<JobSource> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (!stats) throw new CommandError("usage", (say) => say("problem.noSuchPath", { path }));
  if (stats.isFile()) {
    await checkScript(path, stats.size);
    return { kind: "script", path, stats };
  }
  if (!stats.isDirectory())
    throw new CommandError("usage", (say) => say("problem.neither", { path }));
  const script = join(path, SCRIPT_FILE);
  const found = await stat(script, { bigint: true }).catch(() => undefined);
  if (!found)
    throw new CommandError("no-script", (say) =>
      say("problem.noScript", { path, script: SCRIPT_FILE }),
    );
  await checkScript(script, found.size);
  return { kind: "folder", path };
}

/** Refuses what sbatch refuses in every version, before any upload. Source: Slurm, sbatch.c, get_script_buffer. */
async function checkScript(path: string, size: bigint): Promise<void> {
  if (size > SCRIPT_MAX_BYTES) return;
  let text: Buffer;
  try {
    text = readSmallFile(path, SCRIPT_MAX_BYTES);
  } catch (cause) {
    throw new CommandError("usage", (say) => say("problem.unreadableScript", { path }), { cause });
  }
  if (!text.subarray(0, 2).equals(Buffer.from("#!")))
    throw new CommandError("usage", (say) => say("problem.noInterpreter", { path }));
  if (text.includes("\r\n"))
    throw new CommandError("usage", (say) => say("problem.windowsLines", { path }));
}

/** A script as if it were found in a folder. */
export async function* scriptEntries(
  source: Extract<JobSource, { kind: "script" }>,
): AsyncGenerator<WalkEntry> {
  yield { kind: "file", path: SCRIPT_FILE, absolute: resolve(source.path), stats: source.stats };
}

/** Name of a job made from `path`: a folder's name, a script's without its extension. */
export function sourceName(path: string, kind: JobSource["kind"]): string {
  const name = basename(resolve(path));
  return kind === "script" ? name.slice(0, name.length - extname(name).length) : name;
}

/** Where the results go by themselves: into the folder; for a script, into one beside it that is named after it. */
export function resultsFolder(path: string, kind: JobSource["kind"]): string {
  if (kind === "folder") return path;
  const extension = extname(path);
  return extension === "" ? `${path}-results` : path.slice(0, path.length - extension.length);
}
