import type { BigIntStats, Dirent } from "node:fs";
import * as callbacks from "node:fs";
import {
  closeSync,
  constants,
  lstatSync,
  opendirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import { lstat, open, opendir, stat } from "node:fs/promises";
import { promisify } from "node:util";
import type { Disk } from "./disk.ts";

/** More than this is always read through threads: beside it, handing it over is no matter. */
export const AT_ONCE_MAX = 1024 * 1024;

const openInThread = promisify(callbacks.open);
const closeInThread = promisify(callbacks.close);
const writeInThread = promisify(callbacks.write);

/** Entries of a folder that the system is asked for at a time. */
const ENTRIES_AT_ONCE = 256;

/** Entries of a folder, in the system's order. Names are buffers: not every name is UTF-8. */
export async function* entriesOf(disk: Disk, path: string): AsyncGenerator<Dirent<Buffer>> {
  const options = { encoding: "buffer" as never, bufferSize: ENTRIES_AT_ONCE };
  const folder = await disk.ask(
    () => opendirSync(path, options),
    () => opendir(path, options),
  );
  try {
    for (;;) {
      const entry = await disk.ask(
        () => folder.readSync(),
        () => folder.read(),
      );
      if (entry === null) return;
      yield entry as unknown as Dirent<Buffer>;
    }
  } finally {
    folder.closeSync();
  }
}

/** Stats of a path, links followed. */
export function statOf(disk: Disk, path: string): BigIntStats | Promise<BigIntStats> {
  return disk.ask(
    () => statSync(path, { bigint: true }),
    () => stat(path, { bigint: true }),
  );
}

/** Stats of a path, links not followed; undefined: nothing is there. */
export function lstatOf(
  disk: Disk,
  path: string,
): BigIntStats | undefined | Promise<BigIntStats | undefined> {
  return disk.ask<BigIntStats | undefined>(
    () => lstatSync(path, { bigint: true, throwIfNoEntry: false }),
    () =>
      lstat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      }),
  );
}

/** Fills `into` with the beginning of a file, as far as it goes; returns how many bytes there were. */
function readNow(path: string, into: Uint8Array): number {
  const file = openSync(path, constants.O_RDONLY);
  try {
    let filled = 0;
    let read = -1;
    while (filled < into.length && read !== 0) {
      read = readSync(file, into, filled, into.length - filled, filled);
      filled += read;
    }
    return filled;
  } finally {
    closeSync(file);
  }
}

/** The same through threads. */
async function readInThread(path: string, into: Uint8Array): Promise<number> {
  const file = await open(path, constants.O_RDONLY);
  try {
    let filled = 0;
    let read = -1;
    while (filled < into.length && read !== 0) {
      ({ bytesRead: read } = await file.read(into, filled, into.length - filled, filled));
      filled += read;
    }
    return filled;
  } finally {
    await file.close();
  }
}

/** Used by one call at a time, so that thousands of small files leave nothing to collect. */
const scratch = Buffer.allocUnsafeSlow(AT_ONCE_MAX);

/**
 * Lets `use` look at the beginning of a file, at most `size` bytes of it.
 *
 * @param use is lent the bytes only until it returns
 */
export function lookAtStart<T>(
  disk: Disk,
  path: string,
  size: number,
  use: (bytes: Buffer) => T,
): T | Promise<T> {
  const inThread = async () => {
    const own = Buffer.allocUnsafe(size);
    return use(own.subarray(0, await readInThread(path, own)));
  };
  if (size > AT_ONCE_MAX) return inThread();
  return disk.ask(
    () => use(scratch.subarray(0, readNow(path, scratch.subarray(0, size)))),
    inThread,
    size,
  );
}

/** Opens a file for writing, empty; a symbolic link in its place is refused. */
export function openAnew(disk: Disk, path: string): number | Promise<number> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;
  return disk.ask(
    () => openSync(path, flags, 0o666),
    () => openInThread(path, flags, 0o666),
  );
}

/** Opens a file for reading. */
export function openToRead(disk: Disk, path: string): number | Promise<number> {
  return disk.ask(
    () => openSync(path, constants.O_RDONLY),
    () => openInThread(path, constants.O_RDONLY),
  );
}

export function closeFile(disk: Disk, file: number): void | Promise<void> {
  return disk.ask(
    () => closeSync(file),
    () => closeInThread(file),
  );
}

/**
 * Writes all of `bytes` at a position of an open file.
 *
 * @param bytes lent only until this returns, even when what it returns is a promise
 */
export function writeAt(
  disk: Disk,
  file: number,
  bytes: Buffer,
  position: number,
): void | Promise<void> {
  return disk.ask(
    () => {
      // The system may take less at a time, as on a disk that is nearly full.
      for (let done = 0; done < bytes.length; )
        done += writeSync(file, bytes, done, bytes.length - done, position + done);
    },
    async () => {
      const own = Buffer.from(bytes);
      for (let done = 0; done < own.length; ) {
        const { bytesWritten } = await writeInThread(
          file,
          own,
          done,
          own.length - done,
          position + done,
        );
        done += bytesWritten;
      }
    },
    bytes.length,
  );
}
