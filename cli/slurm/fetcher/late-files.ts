import { statOf } from "../../../bucket/disk/files.ts";
import type { Machine } from "../../../bucket/machine.ts";
import type { Input } from "../../../protocol/manifest.ts";
import { PROTOCOL_FILES, SCRIPT_FILE } from "../../../protocol/objects.ts";
import { markOf } from "../../../transfer/comparing/local-copies.ts";
import { type Comparing, isSameContent } from "../../../transfer/comparing/same-content.ts";
import { type IgnoreRules, readIgnoreRules } from "../../../transfer/names/ignore-rules.ts";
import { fileMetadata } from "../../../transfer/placing/file-metadata.ts";
import type { Sendable } from "../../../transfer/put-entry.ts";
import { walk } from "../../../transfer/walk.ts";
import { onlyThese } from "../chosen-inputs.ts";
import type { JobFile } from "../job-file.ts";

/** A folder that was sent, and its place in the job's folder; with `only`, these paths of it alone. */
export type Sent = JobFile["origins"][number];

/** A file, link or empty folder as a look has seen it. */
export interface Seen {
  /** Its path is where it is in the job's folder. */
  entry: Sendable;
  /** Changes with any change to it. */
  mark: string;
}

/** Last look at all that is sent for a job, by the path of an input. */
export type Look = ReadonlyMap<string, Seen>;

/** A file that was written so short a time before it was sent may have been changed since at the same instant. */
const RACY_MS = 2_000;

/**
 * Looks at a folder by the rules that it is sent by: `.cloudsubmitignore` is read again.
 *
 * @returns nothing for what is not there any more
 */
export async function lookAt({ path, at, only }: Sent, machine: Machine): Promise<Look> {
  const found = new Map<string, Seen>();
  if (only?.length === 0) return found;
  if (!(await isFolder(machine, path))) return found;
  const ignored = await readIgnoreRules(path).catch(() => undefined);
  const isSent = only && onlyThese(only);
  const ignore: IgnoreRules = (below, isDirectory) =>
    ignored?.(below, isDirectory) === true || isSent?.(below, isDirectory) === false;
  for await (const entry of walk(path, { outsideLinks: "follow", ignore, machine })) {
    if (entry.kind === "skipped") continue;
    const place = at === "" ? entry.path : `${at}/${entry.path}`;
    if (!PROTOCOL_FILES.has(place) && place !== SCRIPT_FILE) note(found, { ...entry, path: place });
  }
  return found;
}

async function isFolder({ disk }: Machine, path: string): Promise<boolean> {
  try {
    return (await statOf(disk, path)).isDirectory();
  } catch {
    return false;
  }
}

function note(found: Map<string, Seen>, entry: Sendable): void {
  const mark = entry.kind === "empty-folder" ? "" : `${entry.kind}:${markOf(entry.stats)}`;
  found.set(entry.kind === "empty-folder" ? `${entry.path}/` : entry.path, { entry, mark });
}

/** Whether two looks have seen the same. */
export function isSameLook(one: Look, other: Look): boolean {
  if (one.size !== other.size) return false;
  for (const [path, { mark }] of one) if (other.get(path)?.mark !== mark) return false;
  return true;
}

/** Inputs that a job has to get in addition to its manifest. */
export interface Late {
  /** To be sent. */
  send: Sendable[];
  /** Objects that are there already, of files with other times or permissions by now. */
  restate: Input[];
}

/**
 * Compares what was seen with what the job was sent with. Files whose content is the same are not sent again.
 *
 * @param inputs of the job's manifest, by path
 * @param sentAt when these were sent, milliseconds since 1970
 */
export async function lateFiles(
  look: Look,
  inputs: ReadonlyMap<string, Input>,
  sentAt: number,
  comparing: Comparing,
): Promise<Late> {
  const late: Late = { send: [], restate: [] };
  for (const [path, { entry }] of look) {
    const input = inputs.get(path);
    if (!input) late.send.push(entry);
    else if (entry.kind === "link" && input.symlink !== entry.target) late.send.push(entry);
    else if (entry.kind === "file") {
      if (input.symlink !== undefined) late.send.push(entry);
      else await compare(entry, input);
    }
  }
  return late;

  async function compare(entry: Sendable & { kind: "file" }, input: Input): Promise<void> {
    const { mtime, mode } = fileMetadata(entry.stats);
    const isAsSent =
      entry.stats.size === BigInt(input.size) && mtime === input.mtime && mode === input.mode;
    const isOld = Number(entry.stats.mtimeNs / 1_000_000n) < sentAt - RACY_MS;
    if (isAsSent && isOld) return;
    const { size, etag } = input;
    const isSame = await isSameContent(
      entry.absolute,
      entry.stats,
      { size, etag },
      comparing,
    ).catch(() => false);
    if (!isSame) late.send.push(entry);
    else if (!isAsSent) late.restate.push({ ...input, mtime, mode });
  }
}

/** The folder that something was sent from, and its path there. */
export function homeOf(entry: Sendable, sent: readonly Sent[]): { root: string; path: string } {
  const own = sent.find(({ at }) => at !== "" && entry.path.startsWith(`${at}/`));
  const { path: root, at } = own ?? sent.find((one) => one.at === "") ?? { path: "/", at: "" };
  return { root, path: at === "" ? entry.path : entry.path.slice(at.length + 1) };
}
