import { statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, parse } from "node:path";
import {
  IGNORE_FILE,
  type IgnoreRules,
  readIgnoreRules,
} from "../../transfer/names/ignore-rules.ts";
import { walk } from "../../transfer/walk.ts";
import { asUsage } from "../errors/command-error.ts";
import { formatBytes } from "../output/format.ts";
import type { AskYes } from "../ui/ask-yes.ts";
import { below, realOf } from "./places.ts";
import { slurmError } from "./slurm-error.ts";

/** So much is sent of a folder without a question. */
export const FILES_MAX = 20_000;
export const BYTES_MAX = 10 * 2 ** 30;

/** Names that are looked at, most of which may be ignored, for each that may be sent. */
const LOOKED_MAX = 20 * FILES_MAX;

/** Folders that many share, directly below the root: one of them is no job's folder. */
const SHARED: ReadonlySet<string> = new Set([
  "tmp",
  "scratch",
  "work",
  "data",
  "home",
  "users",
  "Users",
  "mnt",
  "media",
  "lustre",
  "fsx",
  "shared",
  "gpfs",
  "beegfs",
  "opt",
  "srv",
  "usr",
  "var",
  "var/tmp",
  "dev/shm",
]);

export interface FolderRule {
  /** Bytes that may be sent; undefined: BYTES_MAX, and no more than FILES_MAX files. */
  limit?: number | undefined;
  /** The user has said that it is to be sent, however much it is. */
  yes?: boolean | undefined;
  /** Names that are sent alone; undefined: all. */
  only?: ((path: string, isFolder: boolean) => boolean) | undefined;
  home?: string;
  /** Asks on the terminal; undefined: there is none. */
  ask?: AskYes | undefined;
}

/**
 * Looks whether a folder may be sent as a whole: it is the one where sbatch happens to be called, and nobody may have
 * thought of it. Not more is looked at than may be sent.
 *
 * @throws SlurmError in one line that says what to give
 */
export async function checkFolder(folder: string, rule: FolderRule = {}): Promise<void> {
  if (rule.yes) return;
  const shown = JSON.stringify(folder);
  const { place, tooMuch } = await whyNotSent(folder, rule);
  const why = place ?? tooMuch;
  if (why === undefined) return;
  if (await rule.ask?.(`${shown} would be sent to the bucket: ${why}. Send it?`)) return;
  const instead =
    place === undefined
      ? `leave files out by ${IGNORE_FILE}, name what is needed by --cloud-input=PATH, or allow more by --cloud-limit=SIZE`
      : "call sbatch in the job's own folder, or name it by --chdir, or what is needed by --cloud-input=PATH; --cloud-yes sends it all the same";
  throw slurmError("sbatch", `${shown} is not sent: ${why}; ${instead}`);
}

/** Why a folder may not be sent as a whole: for its place, or for what is in it; neither: it may be. */
export async function whyNotSent(
  folder: string,
  rule: FolderRule,
): Promise<{ place?: string | undefined; tooMuch?: string | undefined }> {
  const place = rule.only ? undefined : sharedPlace(folder, rule.home ?? homedir());
  return place === undefined ? { tooMuch: await tooMuchIn(folder, rule) } : { place };
}

/** Why a folder is nobody's job alone; undefined: it may be one. */
export function sharedPlace(folder: string, home: string): string | undefined {
  for (const path of new Set([folder, realOf(folder)])) {
    if (path === parse(path).root) return "it is the root of the file system";
    for (const one of new Set([home, realOf(home)])) {
      if (path === one) return "it is the home folder";
      if (below(path, one) !== undefined) return "the home folder is below it";
    }
    const isShared = SHARED.has(path.slice(parse(path).root.length)) || isMounted(path);
    if (isShared) return "it may be shared by many";
  }
  return undefined;
}

/** Whether a folder directly below the root is the beginning of a disk of its own, as /scratch is. */
function isMounted(path: string): boolean {
  const above = dirname(path);
  if (above !== parse(path).root) return false;
  try {
    return statSync(path).dev !== statSync(above).dev;
  } catch {
    return false;
  }
}

/** The limit that would be passed; undefined: nothing. */
async function tooMuchIn(folder: string, { limit, only }: FolderRule): Promise<string | undefined> {
  const most = {
    files: limit === undefined ? FILES_MAX : Number.POSITIVE_INFINITY,
    bytes: limit ?? BYTES_MAX,
  };
  const rules = await readIgnoreRules(folder).catch(asUsage);
  let [files, bytes, looked] = [0, 0, 0];
  const ignore: IgnoreRules = (path, isFolder) => {
    looked += 1;
    if (looked > LOOKED_MAX && limit === undefined) return true;
    return rules?.(path, isFolder) === true || only?.(path, isFolder) === false;
  };
  for await (const entry of walk(folder, { outsideLinks: "follow", ignore })) {
    if (entry.kind !== "file") continue;
    files += 1;
    bytes += Number(entry.stats.size);
    if (files > most.files) return `it has more than ${most.files} files`;
    if (bytes > most.bytes) return `it has more than ${formatBytes(most.bytes)}`;
  }
  return looked > LOOKED_MAX && limit === undefined
    ? `it has more than ${LOOKED_MAX} files, most of them left out`
    : undefined;
}

const UNITS: Readonly<Record<string, number>> = { "": 0, K: 10, M: 20, G: 30, T: 40 };

/** A size as in `20G`, in bytes. @throws SlurmError when it is none */
export function sizeOf(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text) ?? [];
  const power = UNITS[unit.toUpperCase()];
  if (number === undefined || power === undefined)
    throw slurmError("sbatch", `--cloud-limit: ${JSON.stringify(text)} is no size such as 20G`);
  return Math.floor(Number(number) * 2 ** power);
}
