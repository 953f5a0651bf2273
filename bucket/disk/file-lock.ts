import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";

/** A lock, or why there is none. */
export type FileLock =
  | {
      kind: "held";
      /** The open file that holds it: a process that gets it from this one at its start holds the lock, too. */
      file: number;
      release: () => void;
    }
  /** Another process has it, which has written so about itself. */
  | { kind: "taken"; holder: string }
  | { kind: "failed"; why: string; hasNoFlock: boolean };

/**
 * Takes the lock of a file, which is made where there is none.
 *
 * Node.js has no flock(2), so flock(1) of util-linux calls it, on a file that this process has opened and lends to
 * it. Such a lock is held for as long as the file is open: until this process ends, however it ends.
 *
 * @param flock the program, on PATH or by its path
 * @param file the open file, where this process got it from the one that has started it
 * @throws what the system says when the file cannot be opened
 */
export function lockFile(path: string, flock = "flock", file = openToLock(path)): FileLock {
  try {
    const { status, error, stderr } = spawnSync(flock, ["-x", "-n", "3"], {
      stdio: ["ignore", "ignore", "pipe", file],
      encoding: "utf8",
    });
    if (status === 0) return { kind: "held", file, release: () => closeSync(file) };
    const holder = status === 1 ? readFileSync(file, "utf8") : "";
    closeSync(file);
    if (status === 1) return { kind: "taken", holder };
    const hasNoFlock = error !== undefined && "code" in error && error.code === "ENOENT";
    return { kind: "failed", why: (error?.message ?? stderr).trim(), hasNoFlock };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function openToLock(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
}

/** Writes who has the lock. It is for people; on a full disk it is left. */
export function sayHolder(file: number, holder: string): void {
  try {
    ftruncateSync(file);
    writeSync(file, holder, 0);
  } catch {
    // The lock holds all the same.
  }
}

/** Whether a descriptor that this process was started with is the lock's file. */
export function isHanded(path: string, descriptor: number): boolean {
  try {
    const [here, there] = [fstatSync(descriptor), statSync(path)];
    return here.isFile() && here.ino === there.ino && here.dev === there.dev;
  } catch {
    return false;
  }
}
