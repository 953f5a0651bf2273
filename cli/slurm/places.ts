import { hash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from "node:path";
import type { Origin } from "../../protocol/manifest.ts";

/** Where folders from elsewhere are in a job's folder. */
export const ELSEWHERE = ".cloud-origins";

/**
 * The place of a folder from elsewhere: the same for all jobs, since one that begins with another's results has them all where
 * they were.
 */
export function elsewhereOf(folder: string): string {
  const name = basename(folder)
    .replace(/[^A-Za-z0-9_-]+/g, "_")
    .slice(0, 32);
  return `${ELSEWHERE}/${name}-${hash("sha256", folder, "hex").slice(0, 8)}`;
}

/** A folder of this machine, its place in the job's folder, and what of it is sent. */
export interface Place extends Origin {
  /** Relative paths that are sent alone; undefined: all of it. */
  only?: string[] | undefined;
}

/**
 * The places of this machine's paths in a job's folder. What is below the folder that is sent has the same path there; all
 * else is below a folder of its own.
 */
export class Places {
  /** The folder that is sent: as the user names it, and with all links followed when that is another path. */
  readonly roots: readonly string[];
  readonly #outside: Place[] = [];
  readonly #replaced: Origin[] = [];
  /** Folders that many others are below, each with one place for all of these. */
  readonly #groups: Origin[] = [];

  /** @param root absolute path, as the user names it */
  constructor(root: string) {
    const real = realOf(root);
    this.roots = real === root ? [root] : [root, real];
  }

  /**
   * The place of a file that the job reads or writes.
   *
   * @param path as it was given, also one with patterns of sbatch
   */
  placeOf(path: string): string {
    const absolute = resolve(this.roots[0] ?? "", path);
    const sent = this.sent(absolute);
    if (sent !== undefined) return sent;
    const folder = folderOf(absolute);
    const throughLinks = below(
      this.roots.at(-1) ?? "",
      join(realOf(folder), absolute.slice(folder.length)),
    );
    if (throughLinks !== undefined) return throughLinks;
    return join(this.outside(folder), relative(folder, absolute));
  }

  /** The place of a path that is below a folder which is sent as a whole; undefined: it is not. */
  sent(absolute: string): string | undefined {
    for (const root of this.roots) {
      const place = below(root, absolute);
      if (place !== undefined) return place;
    }
    for (const { path, at, only } of this.#outside) {
      const place = only ? undefined : below(path, absolute);
      if (place !== undefined) return join(at, place);
    }
    return undefined;
  }

  /** The place of a folder elsewhere, of which nothing is sent by that; it gets one when it has none. */
  outside(folder: string): string {
    return this.#known(folder).at;
  }

  /**
   * Sends a folder elsewhere, or a file of it: its path in the script and the arguments means its place from now on.
   *
   * @param file the file's name; undefined: the whole folder
   * @returns the place of the folder
   */
  send(folder: string, file?: string): string {
    const place = this.#known(folder);
    const { at, only } = place;
    if (file === undefined) delete place.only;
    else if (only?.includes(file) === false) only.push(file);
    if (this.#groupOf(folder)) return at;
    if (file === undefined) this.mean(folder, at);
    else this.mean(join(folder, file), `${at}/${file}`);
    return at;
  }

  /** A folder elsewhere of which nothing is sent takes what the job puts there under its path. */
  receive(folder: string): void {
    const at = this.outside(folder);
    if (!this.#groupOf(folder)) this.mean(folder, at);
  }

  /** A path in the script and the arguments means a place from now on, also with all links followed. */
  mean(path: string, at: string): void {
    for (const one of new Set([path, realOf(path)]))
      if (!this.replaced.some(({ path: known }) => known === one))
        this.#replaced.push({ path: one, at });
  }

  /** From now on folders below this one have their places below one place, which stands for this folder. */
  group(folder: string): void {
    const at = elsewhereOf(folder);
    this.#groups.push({ path: folder, at });
    this.mean(folder, at);
  }

  #groupOf(path: string): Origin | undefined {
    return this.#groups.find((group) => below(group.path, path) !== undefined);
  }

  #known(path: string): Place {
    const known = this.#outside.find((one) => one.path === path);
    if (known) return known;
    const group = this.#groupOf(path);
    const at = group ? join(group.at, below(group.path, path) ?? "") : elsewhereOf(path);
    const place: Place = { path, at, only: [] };
    this.#outside.push(place);
    return place;
  }

  /**
   * Folders that results come back to, the one that is sent first.
   *
   * @param only of that one
   */
  origins(only: string[] | undefined): Place[] {
    const [path = ""] = this.roots;
    return [{ path, at: "", ...(only && { only }) }, ...this.#outside];
  }

  /** Paths that mean the job's folder, or what was sent beside it. */
  get replaced(): Origin[] {
    return [...this.roots.map((path) => ({ path, at: "" })), ...this.#replaced];
  }
}

/** A path below a folder, relative to it; undefined: it is elsewhere. */
export function below(folder: string, path: string): string | undefined {
  const way = relative(folder, path);
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) return undefined;
  return way;
}

/** The folder of a file, as far as its path holds no pattern of sbatch. */
function folderOf(path: string): string {
  const at = path.indexOf("%");
  const plain = at < 0 ? path : `${path.slice(0, at)}x`;
  return dirname(normalize(plain));
}

/** A path with all links followed; the path itself where it cannot be. */
export function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The working folder as the shell names it: links in it are kept. */
export function workingFolder(env: NodeJS.ProcessEnv, cwd: string): string {
  const { PWD: named } = env;
  if (named === undefined || !isAbsolute(named) || named !== normalize(named)) return cwd;
  return isSame(named, cwd) ? named : cwd;
}

function isSame(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    return false;
  }
}
