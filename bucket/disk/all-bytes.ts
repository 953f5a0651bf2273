import * as callbacks from "node:fs";
import { readSync, writeSync } from "node:fs";
import { promisify } from "node:util";

const readInThread = promisify(callbacks.read);
const writeInThread = promisify(callbacks.write);

/** Fills `into` with the beginning of an open file, as far as it goes; returns how many bytes there were. */
export function fillNow(file: number, into: Uint8Array): number {
  let filled = 0;
  let read = -1;
  while (filled < into.length && read !== 0) {
    read = readSync(file, into, filled, into.length - filled, filled);
    filled += read;
  }
  return filled;
}

/** The same through threads. */
export async function fillLater(file: number, into: Uint8Array): Promise<number> {
  let filled = 0;
  let read = -1;
  while (filled < into.length && read !== 0) {
    ({ bytesRead: read } = await readInThread(file, into, filled, into.length - filled, filled));
    filled += read;
  }
  return filled;
}

/** Writes all of `bytes` at a position of an open file: the system may take less at a time, as on a disk that is nearly full. */
export function writeAllNow(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

/** The same through threads. */
export async function writeAllLater(
  file: number,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const left = bytes.length - done;
    done += (await writeInThread(file, bytes, done, left, position + done)).bytesWritten;
  }
}
