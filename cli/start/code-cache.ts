import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";

/** A user has one Node.js or two, and a version of this program has a file for each of its parts. */
const FILES_MAX = 24;
/** More than all parts take together. */
const BYTES_MAX = 16 << 20;
/**
 * In front of the code: a checksum of all that follows, of which V8 looks at the beginning only, and the uses. So the code
 * begins where V8 takes it without a copy.
 */
const HEAD_BYTES = 8;
const SUM_BYTES = 4;

/** The compiled code of a part. */
export interface KeptCode {
  code: Buffer;
  /** A bit for each use, see useBit, whose functions are in it. */
  uses: number;
}

/** Who runs this, as far as it matters for what code is trusted. */
export interface Runner {
  /** undefined: the system has no such number (Windows), and its own rules for a user's folder hold. */
  uid: number | undefined;
  /** Version and kind of Node.js, which compiled code has to fit. */
  engine: string;
}

/**
 * The compiled code of this program, in a folder of the user's. V8 runs what it is given, so only files are read that are
 * this user's, that nobody else may write, and that lie in a folder of which the same is true. Nothing here throws: without
 * it all is compiled anew.
 */
export class CodeCache {
  readonly #folder: string;
  readonly #runner: Runner;

  constructor(folder: string, runner: Runner) {
    this.#folder = folder;
    this.#runner = runner;
  }

  /** @param name of a part, which changes with its text; @returns undefined: there is nothing that may be used */
  read(name: string): KeptCode | undefined {
    let file: number | undefined;
    try {
      if (!this.#isOwn(lstatSync(this.#folder), "isDirectory")) return undefined;
      file = openSync(this.#path(name), constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const stats = fstatSync(file);
      if (!this.#isOwn(stats, "isFile") || stats.size > BYTES_MAX) return undefined;
      const bytes = readFileSync(file);
      if (bytes.readUInt32LE(0) !== crc32(bytes.subarray(SUM_BYTES))) return undefined;
      return { code: bytes.subarray(HEAD_BYTES), uses: bytes.readUInt32LE(SUM_BYTES) };
    } catch {
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** Keeps a part's code, and the newest files only. @param compile makes it; called when there is a place for it */
  write(name: string, uses: number, compile: () => Buffer): void {
    const path = this.#path(name);
    const beside = `${path}.${process.pid}`;
    try {
      makeFolderNow(this.#folder);
      if (!this.#isOwn(lstatSync(this.#folder), "isDirectory")) return;
      const file = openSync(beside, "wx", 0o600);
      try {
        const bytes = Buffer.concat([Buffer.alloc(HEAD_BYTES), compile()]);
        bytes.writeUInt32LE(uses, SUM_BYTES);
        bytes.writeUInt32LE(crc32(bytes.subarray(SUM_BYTES)));
        writeFileSync(file, bytes);
      } finally {
        closeSync(file);
      }
      renameSync(beside, path);
      this.#tidy();
    } catch {
      remove(beside);
    }
  }

  #tidy(): void {
    const paths = readdirSync(this.#folder).map((name) => join(this.#folder, name));
    const ages = paths.map((path) => ({ path, at: statSync(path, QUIETLY)?.mtimeMs ?? 0 }));
    for (const { path } of ages.toSorted((a, b) => b.at - a.at).slice(FILES_MAX)) remove(path);
  }

  #path(name: string): string {
    return join(this.#folder, `${name}-${this.#runner.engine}`);
  }

  #isOwn(
    stats: Pick<Stats, "uid" | "mode" | "isFile" | "isDirectory">,
    is: "isFile" | "isDirectory",
  ): boolean {
    const { uid } = this.#runner;
    return stats[is]() && (uid === undefined || (stats.uid === uid && (stats.mode & 0o022) === 0));
  }
}

/** The bit of a use, such as a verb. Two may share one: then functions that one of them alone calls are compiled each time. */
export function useBit(use: string): number {
  return (1 << (crc32(use) % 32)) >>> 0;
}

/** As far as it is there and can be. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {}
}

/** Node.js's own way has no end in some folders, such as /proc: see makeFolder. */
function makeFolderNow(path: string): void {
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    makeFolderNow(dirname(path));
    mkdirSync(path, 0o700);
  }
}

const QUIETLY = { throwIfNoEntry: false } as const;
