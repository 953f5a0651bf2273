import { randomUUID } from "node:crypto";
import { lstat, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "./disk/make-folder.ts";
import { succeeds } from "./flow/succeeds.ts";

/** How a disk treats file names. */
export interface DiskTraits {
  /** `A` and `a` are one file, as on macOS and Windows by default. */
  isCaseBlind: boolean;
  /** Two ways in which Unicode writes a character are one file, as on macOS. */
  isFormBlind: boolean;
  /** Windows' rules for names. */
  hasWindowsNames: boolean;
}

/** So often the folder may be removed under the probe. */
const TRIES_MAX = 100;

/** Makes a folder and those above it. */
type Make = (path: string) => Promise<unknown>;

/** Probes a disk, in an empty folder of ours on it; others may remove it while it is empty. */
export async function probeDisk(folder: string, make: Make = makeFolder): Promise<DiskTraits> {
  // Another probe of the folder may be under way.
  const probe = join(folder, `probe-${randomUUID()}`);
  return {
    isCaseBlind: await isOneName(`${probe}-a`, `${probe}-A`, make),
    isFormBlind: await isOneName(`${probe}-\u00e9`, `${probe}-e\u0301`, make),
    hasWindowsNames: process.platform === "win32",
  };
}

async function isOneName(path: string, other: string, make: Make): Promise<boolean> {
  await makeAgain(path, make);
  const found = await succeeds(lstat(other));
  await rmdir(path).catch(() => undefined);
  return found;
}

/** Others who end meanwhile remove the folder while it is empty: then it is made again. */
async function makeAgain(path: string, make: Make): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await make(path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || tries === TRIES_MAX) throw error;
    }
  }
}

/** Finds names that clash on a disk; remembers names only where that can be. */
export class NameClashes {
  readonly #traits: DiskTraits;
  readonly #seen = new Map<string, string>();

  constructor(traits: DiskTraits) {
    this.#traits = traits;
  }

  /** The earlier path that this one would overwrite; undefined when there is none. */
  of(path: string): string | undefined {
    const { isCaseBlind, isFormBlind } = this.#traits;
    if (!isCaseBlind && !isFormBlind) return undefined;
    const name = this.#nameOf(path);
    const earlier = this.#seen.get(name);
    if (earlier === undefined) this.#seen.set(name, path);
    return earlier;
  }

  /** Whether a path is one of those that were asked about, as the disk writes it. */
  has(path: string): boolean {
    return this.#seen.has(this.#nameOf(path));
  }

  /**
   * Disks have tables of their own for this, and not all the same: here any two names are one that some disk takes for one.
   * Small letters alone do not tell: σ and ς, or s and ſ, are one in capitals. Source: Unicode 3.13, caseless matching.
   */
  #nameOf(path: string): string {
    const form = this.#traits.isFormBlind ? path.normalize("NFD") : path;
    return this.#traits.isCaseBlind ? form.toLowerCase().toUpperCase() : form;
  }
}
