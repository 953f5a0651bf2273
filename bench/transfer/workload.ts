import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import type { CheckedObject } from "../endpoint.ts";

/** Files of one size. */
export interface Workload {
  readonly id: string;
  readonly files: number;
  /** Bytes of each. */
  readonly size: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

const FULL: readonly Workload[] = [
  { id: "2,000 × 4 KiB", files: 2000, size: 4 * KiB },
  { id: "200 × 1 MiB", files: 200, size: MiB },
  { id: "20 × 1 MiB", files: 20, size: MiB },
  { id: "2 × 512 MiB", files: 2, size: 512 * MiB },
];

/** The same kinds, in a few seconds. */
const QUICK: readonly Workload[] = [
  { id: "200 × 4 KiB", files: 200, size: 4 * KiB },
  { id: "20 × 1 MiB", files: 20, size: MiB },
  { id: "1 × 64 MiB", files: 1, size: 64 * MiB },
];

export function workloads(quick: boolean): readonly Workload[] {
  return quick ? QUICK : FULL;
}

const FILES_IN_A_FOLDER = 100;
const BLOCK = 64 * KiB;

/** Makes a folder of a workload's files, and of nothing else; no two have any 64 KiB in common. */
export function makeFiles({ id, files, size }: Workload, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (let file = 0; file < files; file++) {
    const path = join(folder, `d${Math.floor(file / FILES_IN_A_FOLDER)}`, `f${file}.bin`);
    mkdirSync(dirname(path), { recursive: true });
    const body = Buffer.alloc(size);
    for (let at = 0; at < size; at += BLOCK) {
      const seed = createHash("sha256").update(`${id} ${file} ${at}`).digest();
      const block = body.subarray(at, at + BLOCK);
      // The block's beginning is its own; the rest repeats it.
      block.fill(seed);
    }
    writeFileSync(path, body);
  }
}

/** Size and CRC-32 of every file below a folder, by path. */
export function checkFiles(folder: string): Record<string, CheckedObject> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths.map((path) => {
      const body = readFileSync(path);
      return [path.slice(folder.length + 1), { size: body.length, crc32: crc32(body) }];
    }),
  );
}

/**
 * Compares what has arrived with what was to.
 * @throws Error naming the first difference
 */
export function compare(
  what: string,
  wanted: Readonly<Record<string, CheckedObject>>,
  found: Readonly<Record<string, CheckedObject>>,
): void {
  const names = new Set([...Object.keys(wanted), ...Object.keys(found)]);
  for (const name of names) {
    const [a, b] = [wanted[name], found[name]];
    if (a?.size !== b?.size || a?.crc32 !== b?.crc32)
      throw new Error(`${what}: ${name} is ${JSON.stringify(b)}, not ${JSON.stringify(a)}`);
  }
}
