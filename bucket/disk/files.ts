import type { BigIntStats, Dirent } from "node:fs";
import * as callbacks from "node:fs";
import { closeSync, lstatSync, opendirSync, openSync, statSync } from "node:fs";
import { lstat, opendir, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { fillLater, fillNow, writeAllLater, writeAllNow } from "./all-bytes.ts";
import type { Disk } from "./disk.ts";
import { type OpenRules, openLater, openNow, openToRead, placeOf } from "./open-to-read.ts";

/** More than this is always read through threads: beside it, handing it over is no matter. */
export const AT_ONCE_MAX = 1024 * 1024;

const openInThread = promisify(callbacks.open);
const closeInThread = promisify(callbacks.close);

/** Entries of a folder that the system is asked for at a time. */
const ENTRIES_AT_ONCE = 256;

/**
 * Entries of a folder, in the system's order, as many as are read at a time. Names are buffers: not every name is UTF-8.
 *
 * @param within real path of a folder that it must really be in, or be; undefined: it may be anywhere
 */
export async function* entriesOf(
  disk: Disk,
  path: string,
  within?: string,
): AsyncGenerator<readonly Dirent<Buffer>[]> {
  const options = { encoding: "buffer" as never, bufferSize: ENTRIES_AT_ONCE };
  const held =
    within === undefined ? undefined : await openToRead(disk, path, { within, kind: "folder" });
  try {
    // The folder that was checked, whatever its name stands for by now.
    const place = held === undefined ? path : placeOf(held);
    const folder = await disk.ask(
      () => opendirSync(place, options),
      () => opendir(place, options),
    );
    try {
      const now = () => folder.readSync();
      const later = async () => folder.read();
      for (let isAll = false; !isAll; ) {
        const some: Dirent<Buffer>[] = [];
        while (!isAll && some.length < ENTRIES_AT_ONCE) {
          const asked = disk.ask(now, later);
          const entry = asked instanceof Promise ? await asked : asked;
          if (entry === null) isAll = true;
          else some.push(entry as unknown as Dirent<Buffer>);
        }
        if (some.length > 0) yield some;
      }
    } finally {
      folder.closeSync();
    }
  } finally {
    if (held !== undefined) closeSync(held);
  }
}

/** Stats of a path, links followed. */
export function statOf(disk: Disk, path: string): BigIntStats | Promise<BigIntStats> {
  return disk.ask(
    () => statSync(path, { bigint: true }),
    async () => stat(path, { bigint: true }),
  );
}

/** Stats of a path, links not followed; undefined: nothing is there. */
export function lstatOf(
  disk: Disk,
  path: string,
): BigIntStats | undefined | Promise<BigIntStats | undefined> {
  return disk.ask<BigIntStats | undefined>(
    () => lstatSync(path, { bigint: true, throwIfNoEntry: false }),
    async () =>
      lstat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      }),
  );
}

/**
 * Fills `into` with the beginning of a file, as far as it goes; returns how many bytes there were.
 *
 * @throws FileError when it is no file, or not where it has to be
 */
export function readNow(path: string, into: Uint8Array, rules: OpenRules = {}): number {
  const file = openNow(path, rules);
  try {
    return fillNow(file, into);
  } finally {
    closeSync(file);
  }
}

/**
 * The same through threads.
 *
 * @throws FileError when it is no file, or not where it has to be
 */
export async function readStart(
  path: string,
  into: Uint8Array,
  rules: OpenRules = {},
): Promise<number> {
  const file = await openLater(path, rules);
  try {
    return await fillLater(file, into);
  } finally {
    await closeInThread(file);
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
  rules: OpenRules = {},
): T | Promise<T> {
  const inThread = async () => {
    const own = Buffer.allocUnsafe(size);
    return use(own.subarray(0, await readStart(path, own, rules)));
  };
  if (size > AT_ONCE_MAX) return inThread();
  return disk.ask(
    () => use(scratch.subarray(0, readNow(path, scratch.subarray(0, size), rules))),
    inThread,
    size,
  );
}

/** Opens a file, as open(2) does, with the owner's permissions for a new one. */
export async function openOn(disk: Disk, path: string, flags: number | string): Promise<number> {
  return disk.ask(
    () => openSync(path, flags, 0o600),
    () => openInThread(path, flags, 0o600),
  );
}

export function closeFile(disk: Disk, file: number): void | Promise<void> {
  return disk.ask(
    () => closeSync(file),
    () => closeInThread(file),
  );
}

/** Pieces of large files that are written through threads are copied into memory of this size, as most of them fit into ... */
const COPY_BYTES = 256 * 1024;
/** ... and as pays from this size on; it is used again, since else each thread has tens of MB to collect. */
const COPIED_FROM = 64 * 1024;
const COPIES_KEPT = 8;
const copies: Buffer[] = [];

/**
 * Writes all of `bytes` at a position of an open file.
 *
 * @param bytes lent only until this returns, even when what it returns is a promise
 */
export function writeAt(
  disk: Disk,
  file: number,
  bytes: Uint8Array,
  position: number,
): void | Promise<void> {
  return disk.ask(
    () => writeAllNow(file, bytes, position),
    async () => {
      const { length } = bytes;
      const isKept = length >= COPIED_FROM && length <= COPY_BYTES;
      const whole = isKept
        ? (copies.pop() ?? Buffer.allocUnsafeSlow(COPY_BYTES))
        : Buffer.allocUnsafe(length);
      const copy = whole.subarray(0, length);
      copy.set(bytes);
      try {
        await writeAllLater(file, copy, position);
      } finally {
        if (isKept && copies.length < COPIES_KEPT) copies.push(whole);
      }
    },
    bytes.length,
  );
}
