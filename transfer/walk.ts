import { isUtf8 } from "node:buffer";
import type { BigIntStats, Dirent } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { type FileStats, fileStats } from "../bucket/disk/file-stats.ts";
import { entriesOf, statOf } from "../bucket/disk/files.ts";
import { Batches } from "../bucket/flow/batches.ts";
import { type Machine, newMachine } from "../bucket/machine.ts";
import { reasonOf } from "../protocol/file-error.ts";
import { type Reason, reason } from "../protocol/reason.ts";
import { judgeLink, type LinkPolicy } from "./links/judge-link.ts";
import { type Found, FoundNames } from "./names/found-names.ts";
import type { IgnoreRules } from "./names/ignore-rules.ts";
import { below, pathBelow } from "./names/path-below.ts";
import { isPartsPath } from "./placing/partial-files.ts";

/** Something found below a folder; `path` is relative, with `/`. */
export type WalkEntry =
  | { kind: "file"; path: string; absolute: string; stats: FileStats; viaLink?: boolean }
  /** A symbolic link that stays in the folder; `stats` are its own. */
  | { kind: "link"; path: string; absolute: string; target: string; stats: FileStats }
  /** A folder with nothing in it. */
  | { kind: "empty-folder"; path: string }
  | { kind: "skipped"; path: string; reason: Reason };

export interface WalkOptions extends LinkPolicy {
  /** Paths that are left out, and not even mentioned. */
  ignore?: IgnoreRules | undefined;
  /** All that is no file and no folder, and links that lead to none, are passed over instead of being reported. */
  filesAlone?: boolean | undefined;
  /** undefined: a new machine. */
  machine?: Machine | undefined;
  /** Real path of a folder that the root, and all that is walked, must be in whatever is swapped meanwhile. */
  within?: string | undefined;
  /** Why nothing below a folder is looked at, the folder being named as skipped instead; undefined: it is walked. */
  tooDeep?: ((path: string) => Reason | undefined) | undefined;
  /** Called with what is worth knowing about a path that is walked all the same. */
  onNote?: ((path: string, reason: Reason) => void) | undefined;
}

type Skipped = WalkEntry & { kind: "skipped" };

/** A name as it is classified; undefined: it is left out without a mention. */
type Looked = Found | Skipped | undefined;

/** A folder that is to be walked before what comes after it. */
interface Below {
  kind: "below";
  path: string;
  way: Way;
}

/** Reasons for which something is no file of anybody's. */
const LEADS_NOWHERE: ReadonlySet<string> = new Set(["link-loop", "link-to-nothing", "not-a-file"]);

/** The way down to a folder. */
interface Way {
  /** The device and inode of each folder on it. */
  open: readonly string[];
  /** A symbolic link out of the root was followed on it. */
  outside: boolean;
}

/**
 * Walks a folder in the order in which S3 lists the keys of its files, with one folder's names in memory at
 * a time for each level, and of those no more than `limits.namesBytes`. Entries that are skipped come whenever they are met. A link to a folder that is
 * being walked already (a loop), a socket, a device, an unreadable folder and a name that is not UTF-8 are
 * reported as skipped, never thrown. Unfinished downloads are passed over.
 */
export function walk(root: string, options: WalkOptions): Batches<WalkEntry> {
  return new Batches(walkAll(root, options));
}

async function* walkAll(root: string, options: WalkOptions): AsyncGenerator<readonly WalkEntry[]> {
  let walker: Walker;
  let way: Way;
  try {
    walker = new Walker(root, await realpath(root), options);
    way = { open: [identity(await stat(root, { bigint: true }))], outside: false };
  } catch (error) {
    yield [{ kind: "skipped", path: ".", reason: reasonOf(error) }];
    return;
  }
  // One folder inside another may be thousands: none waits on the stack of another.
  const open = [walker.folder("", way)];
  try {
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      const { done, value } = await last.next();
      if (done) open.pop();
      else if ("kind" in value) open.push(walker.folder(value.path, value.way));
      else yield value;
    }
  } finally {
    // A caller that stops early leaves folders open.
    for (const folder of open) await folder.return(undefined);
  }
}

class Walker {
  readonly #root: string;
  readonly #realRoot: string;
  readonly #options: WalkOptions;
  readonly #machine: Machine;

  constructor(root: string, realRoot: string, options: WalkOptions) {
    this.#root = root;
    this.#realRoot = realRoot;
    this.#options = options;
    this.#machine = options.machine ?? newMachine();
  }

  /** The entries of a folder, with the folders that are to be walked before the next one. */
  async *folder(folder: string, way: Way): AsyncGenerator<readonly WalkEntry[] | Below> {
    let after: Buffer | undefined;
    do {
      const found = new FoundNames(after, this.#machine.limits.namesBytes);
      const isRead = yield* this.#read(folder, way, found, after === undefined);
      if (!isRead) return;
      found.sort();
      this.#noteClashes(folder, found);
      const atOnce = this.#machine.limits.stats;
      for (let at = 0; at < found.count; at += atOnce) {
        let together: WalkEntry[] = [];
        for (const entry of await this.#visit(folder, found.some(at, atOnce), way)) {
          if (entry.kind !== "below") {
            together.push(entry);
            continue;
          }
          if (together.length > 0) yield together;
          together = [];
          yield entry;
        }
        if (together.length > 0) yield together;
      }
      after = found.last;
    } while (after !== undefined);
  }

  /**
   * Fills in a folder's names, the first ones or those that come after them.
   *
   * @param isFirst tells of what is skipped, and of an empty folder
   * @returns whether the folder could be read
   */
  async *#read(
    folder: string,
    way: Way,
    found: FoundNames,
    isFirst: boolean,
  ): AsyncGenerator<readonly WalkEntry[], boolean> {
    let empty = true;
    const { within } = this.#options;
    try {
      for await (const some of entriesOf(this.#machine.disk, join(this.#root, folder), within)) {
        const skipped: WalkEntry[] = [];
        for (const entry of some) {
          const raw = entry.name;
          const name = raw.toString();
          const path = below(folder, name);
          if (isPartsPath(path)) continue;
          empty = false;
          if (!isUtf8(raw)) {
            skipped.push({ kind: "skipped", path, reason: reason("name-not-utf8") });
            continue;
          }
          const looking = this.#look(path, name, entry, way);
          const next = looking instanceof Promise ? await looking : looking;
          if (next === undefined || this.#options.ignore?.(path, next.kind === "folder")) continue;
          if (next.kind === "skipped") skipped.push(next);
          else found.add(raw, next);
        }
        if (isFirst && skipped.length > 0) yield skipped;
      }
    } catch (error) {
      yield [{ kind: "skipped", path: folder || ".", reason: reasonOf(error) }];
      return false;
    }
    if (empty && isFirst && folder !== "") yield [{ kind: "empty-folder", path: folder }];
    return true;
  }

  /** Classifies a name in a folder; undefined when it is left out without a mention. */
  #look(path: string, name: string, entry: Dirent<Buffer>, way: Way): Looked | Promise<Looked> {
    if (entry.isFile()) return { kind: "file", name, viaLink: false };
    if (entry.isDirectory()) return { kind: "folder", name, viaLink: false };
    if (!entry.isSymbolicLink()) return this.#leftOut(path, reason("not-a-file"));
    return this.#lookAtLink(path, name, way);
  }

  async #lookAtLink(path: string, name: string, way: Way): Promise<Looked> {
    const link = await judgeLink(this.#root, this.#realRoot, path, way.outside, this.#options);
    if (link.kind === "refused") return this.#leftOut(path, link.reason);
    if (link.kind === "leave") return undefined;
    if (link.kind === "keep") return { kind: "link", name, target: link.target, stats: link.stats };
    if (link.stats.isFile()) return { kind: "file", name, viaLink: true };
    if (link.stats.isDirectory()) return { kind: "folder", name, viaLink: true };
    return this.#leftOut(path, reason("not-a-file"));
  }

  #leftOut(path: string, why: Reason): Skipped | undefined {
    if (this.#options.filesAlone && LEADS_NOWHERE.has(why.code)) return undefined;
    return { kind: "skipped", path, reason: why };
  }

  async #visit(folder: string, some: readonly Found[], way: Way): Promise<(WalkEntry | Below)[]> {
    const asked = some.map((one) => {
      const path = below(folder, one.name);
      const absolute = pathBelow(this.#root, path);
      return { one, path, absolute, stats: this.#stats(absolute, one) };
    });
    const all: (WalkEntry | Below)[] = [];
    for (const { one, path, absolute, stats } of asked) {
      const seen = stats instanceof Promise ? await stats : stats;
      const entry =
        "code" in seen
          ? { kind: "skipped" as const, path, reason: seen }
          : this.#step(path, absolute, one, seen, way);
      if (entry) all.push(entry);
    }
    return all;
  }

  #step(
    path: string,
    absolute: string,
    found: Found,
    stats: BigIntStats,
    way: Way,
  ): WalkEntry | Below | undefined {
    if (found.kind === "link")
      return { kind: "link", path, absolute, target: found.target, stats: fileStats(stats) };
    if (found.kind === "folder" && stats.isDirectory()) {
      const here = identity(stats);
      const isLoop = way.open.includes(here);
      if (isLoop && this.#options.filesAlone) return undefined;
      const problem = isLoop ? reason("link-to-above") : this.#options.tooDeep?.(path);
      if (problem !== undefined) return { kind: "skipped", path, reason: problem };
      const outside = way.outside || found.viaLink;
      return { kind: "below", path, way: { open: [...way.open, here], outside } };
    }
    if (found.kind === "file" && stats.isFile()) {
      const { viaLink } = found;
      return { kind: "file", path, absolute, stats: fileStats(stats), viaLink };
    }
    return { kind: "skipped", path, reason: reason("became-another-kind") };
  }

  #stats(absolute: string, found: Found): BigIntStats | Reason | Promise<BigIntStats | Reason> {
    if (found.kind === "link") return found.stats;
    try {
      const asked = statOf(this.#machine.disk, absolute);
      return asked instanceof Promise ? asked.catch(reasonOf) : asked;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** Names that look the same: on a disk that does not tell them apart, one would be lost. */
  #noteClashes(folder: string, found: FoundNames): void {
    const { onNote } = this.#options;
    if (!onNote) return;
    for (const { name, other } of found.clashes())
      onNote(below(folder, name), reason("name-same-in-unicode", { other }));
  }
}

function identity(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}
