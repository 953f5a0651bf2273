import { realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from "node:path";
import type { Origin } from "../../protocol/manifest.ts";

/** Where folders from elsewhere are in a job's folder, each under a number. */
export const ELSEWHERE = ".cloud-origins";

/** A folder of this machine that something of the job is in. */
interface Outside {
  folder: string;
  at: string;
}

/**
 * The places of this machine's paths in a job's folder. What is below the folder that is sent has the same path there; all
 * else is below a folder of its own.
 */
export class Places {
  /** The folder that is sent: as the user names it, and with all links followed when that is another path. */
  readonly roots: readonly string[];
  readonly #outside: Outside[] = [];
  readonly #replaced: Origin[] = [];

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
    for (const root of this.roots) {
      const place = below(root, absolute);
      if (place !== undefined) return place;
    }
    const folder = folderOf(absolute);
    const throughLinks = below(this.roots.at(-1) ?? "", join(realOf(folder), absolute.slice(folder.length)));
    if (throughLinks !== undefined) return throughLinks;
    return join(this.outside(folder), relative(folder, absolute));
  }

  /** The place of a folder elsewhere; it gets one when it has none. */
  outside(folder: string): string {
    const known = this.#outside.find((one) => one.folder === folder);
    if (known) return known.at;
    const at = `${ELSEWHERE}/${this.#outside.length + 1}`;
    this.#outside.push({ folder, at });
    return at;
  }

  /** From now on, this path in the script and its arguments means a place in the job's folder: what is there was sent. */
  replace(path: string, at: string): void {
    for (const one of new Set([path, realOf(path)])) this.#replaced.push({ path: one, at });
  }

  /** Folders that results come back to. */
  get origins(): Origin[] {
    return [
      ...this.roots.map((path) => ({ path, at: "" })),
      ...this.#outside.map(({ folder, at }) => ({ path: folder, at })),
    ];
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

/** The place of a file in a folder that has its own place. */
export function placeIn(at: string, path: string): string {
  return at === "" ? basename(path) : `${at}/${basename(path)}`;
}
