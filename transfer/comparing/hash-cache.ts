import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type Checksum, fileChecksum } from "../../bucket/checksum.ts";
import type { FileStats } from "../../bucket/disk/file-stats.ts";
import { fileEtag } from "../../bucket/etag.ts";
import { partSize, SINGLE_PUT_MAX } from "../../bucket/part-size.ts";
import { readChecked, writeChecked } from "./checked-file.ts";
import { isSettled } from "./settled.ts";

/** Files up to this many bytes are read again each time: that takes no longer than looking them up. */
export const CACHED_ABOVE = SINGLE_PUT_MAX;

/** Files that are remembered; those not asked about for longest are forgotten first. */
const FILES_MAX = 10_000;

const EMPTY_ETAG = createHash("md5").digest("hex");

const TITLE = "cloud-submit-hashes 1";

/** Cached ETag or checksum of a file: it is believed only while size, times, inode and device are the same. */
interface Remembered {
  size: string;
  mtimeNs: string;
  ctimeNs: string;
  ino: string;
  dev: string;
  /** Bytes per part that the ETag was computed with; 0: it is of the whole file. */
  part: number;
  /** Or the checksum. */
  etag: string;
}

/** Compares large files with objects, without reading again those that were read before and are as they were. */
export class HashCache {
  readonly #path: string | undefined;
  readonly #now: () => number;
  #files: Map<string, Remembered> | undefined;
  #changed = false;

  /**
   * @param path where it is kept between runs; undefined: nowhere
   * @param now milliseconds since 1970
   */
  constructor(path: string | undefined, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  /** Whether the file at `path`, of which `stats` were just read, has the content with this ETag. */
  async hasEtag(path: string, stats: FileStats, etag: string): Promise<boolean> {
    const absolute = resolve(path);
    const size = Number(stats.size);
    if (size === 0) return etag === EMPTY_ETAG;
    const shape = /^[0-9a-f]{32}(?:-(\d+))?$/.exec(etag);
    if (!shape) return false;
    const part = shape[1] === undefined ? undefined : partSize(size);
    const parts = part === undefined ? 1 : Math.ceil(size / part);
    // Parts of another size: it could not be the same.
    if (Number(shape[1] ?? 1) !== parts) return false;
    const own = await this.#digest({ path: absolute, as: absolute }, stats, part, () =>
      fileEtag(absolute, size, part === undefined ? "whole" : undefined),
    );
    return own === etag;
  }

  /** The ETag that its content has when it is uploaded from here, where ETags tell of contents. */
  async etagOf(path: string, stats: FileStats): Promise<string> {
    const absolute = resolve(path);
    const size = Number(stats.size);
    const compute = () => fileEtag(absolute, size);
    return (
      (await this.#digest({ path: absolute, as: absolute }, stats, partSize(size), compute)) ?? ""
    );
  }

  /** Whether it has the content with this checksum. */
  async hasChecksum(path: string, stats: FileStats, checksum: Checksum): Promise<boolean> {
    const absolute = resolve(path);
    // Beside its ETag: it is asked about with both, in turn.
    const as = `${checksum.slice(0, checksum.indexOf(":") + 1)}${absolute}`;
    const own = await this.#digest({ path: absolute, as }, stats, undefined, () =>
      fileChecksum(absolute, checksum),
    );
    return own === checksum;
  }

  /**
   * As it is remembered, or else computed.
   *
   * @param as what it is remembered under
   */
  async #digest(
    { path, as }: { path: string; as: string },
    stats: FileStats,
    part: number | undefined,
    compute: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    if (this.#path === undefined || Number(stats.size) <= CACHED_ABOVE) return compute();
    const files = await this.#load();
    const held = files.get(as);
    if (held && isAsItWas(held, remembered(stats, part, held.etag))) {
      // Asked about last.
      files.delete(as);
      files.set(as, held);
      return held.etag;
    }
    const begun = this.#now();
    const entry = remembered(stats, part, (await compute()) ?? "");
    const after = await stat(path, { bigint: true });
    if (isSettled(stats, begun) && isAsItWas(entry, remembered(after, part, entry.etag)))
      this.#remember(files, as, entry);
    return entry.etag;
  }

  /** Keeps what was learnt, for the next run; a cache that cannot be written is no failure. */
  async save(): Promise<void> {
    if (!this.#changed || this.#path === undefined || !this.#files) return;
    // One that cannot be written is written the next time.
    if (await writeChecked(this.#path, TITLE, JSON.stringify([...this.#files])))
      this.#changed = false;
  }

  #remember(files: Map<string, Remembered>, as: string, entry: Remembered): void {
    files.delete(as);
    files.set(as, entry);
    for (const oldest of files.keys()) {
      if (files.size <= FILES_MAX) break;
      files.delete(oldest);
    }
    this.#changed = true;
  }

  async #load(): Promise<Map<string, Remembered>> {
    const text = this.#path === undefined ? undefined : await readChecked(this.#path, TITLE);
    return (this.#files ??= new Map(JSON.parse(text ?? "[]") as [string, Remembered][]));
  }
}

function remembered(stats: FileStats, part: number | undefined, etag: string): Remembered {
  return {
    size: String(stats.size),
    mtimeNs: String(stats.mtimeNs),
    ctimeNs: String(stats.ctimeNs),
    ino: String(stats.ino),
    dev: String(stats.dev),
    part: part ?? 0,
    etag,
  };
}

function isAsItWas(held: Remembered, now: Remembered): boolean {
  return (Object.keys(now) as (keyof Remembered)[]).every((key) => held[key] === now[key]);
}
