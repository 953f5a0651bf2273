import { closeSync, constants, fstatSync, open, openSync, readlinkSync } from "node:fs";
import { sep } from "node:path";
import { promisify } from "node:util";
import { FileError } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";
import type { Disk } from "./disk.ts";

const openInThread = promisify(open);

/** Conditions on an opened file. */
export interface OpenRules {
  /** Real path of a folder in which the file really must be; undefined: it may be anywhere. */
  within?: string | undefined;
  /** Whether a link at the path itself is an error; links on the way to it are judged by `within`. */
  noFollow?: boolean | undefined;
  /** The kind that is wanted (default: a file); "any": the caller looks at what is open before it uses anything of it. */
  kind?: "file" | "folder" | "any" | undefined;
}

/** Answers of open(2) to a link that must not be followed, a socket, a device without a driver, and no folder. */
const OTHER_KIND: ReadonlySet<string> = new Set(["ELOOP", "ENXIO", "ENODEV", "ENOTDIR"]);

/**
 * Opens a file or folder for reading. Its owner may put a link, a pipe, a device or a folder in its place
 * at any instant, or a link in that of a folder above it: so what counts is what was opened and where that is,
 * not what its name stood for before. Never waits for a writer of a pipe.
 *
 * @returns a descriptor
 * @throws FileError when it is something else, or elsewhere; what the system says otherwise
 */
export function openToRead(
  disk: Disk,
  path: string,
  rules: OpenRules = {},
): number | Promise<number> {
  return disk.ask(
    () => openNow(path, rules),
    () => openLater(path, rules),
  );
}

/** The same, at once. */
export function openNow(path: string, rules: OpenRules = {}): number {
  let file: number;
  try {
    file = openSync(path, flagsFor(rules));
  } catch (error) {
    throw refusal(path, error);
  }
  return checked(file, path, rules);
}

/** The same, through threads. */
export async function openLater(path: string, rules: OpenRules = {}): Promise<number> {
  let file: number;
  try {
    file = await openInThread(path, flagsFor(rules));
  } catch (error) {
    throw refusal(path, error);
  }
  return checked(file, path, rules);
}

/** Linux tells the real place of what is open, whatever became of the folders on the way. Source: proc(5). */
export function placeOf(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

function flagsFor({ noFollow, kind }: OpenRules): number {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW, O_DIRECTORY } = constants;
  // Windows knows none of the others, and takes nothing for 0.
  return (
    O_RDONLY | O_NONBLOCK | (noFollow ? O_NOFOLLOW : 0) | (kind === "folder" ? O_DIRECTORY : 0)
  );
}

/** Lets a descriptor through, or closes it. What is open answers at once, on any disk. */
function checked(file: number, path: string, { within, kind }: OpenRules): number {
  try {
    if (kind !== "any") {
      const stats = fstatSync(file);
      if (!(kind === "folder" ? stats.isDirectory() : stats.isFile())) throw otherKind(path);
    }
    if (within === undefined) return file;
    const place = readlinkSync(placeOf(file));
    const isInside = place.startsWith(`${within}${sep}`) || (kind === "folder" && place === within);
    if (!isInside) throw new FileError(path, reason("link-out"));
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function refusal(path: string, error: unknown): unknown {
  return OTHER_KIND.has((error as NodeJS.ErrnoException).code ?? "") ? otherKind(path) : error;
}

/** The error for something that is not what it was looked for as. */
export function otherKind(path: string): FileError {
  return new FileError(path, reason("became-another-kind"));
}
