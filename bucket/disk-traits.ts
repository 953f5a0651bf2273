import { randomUUID } from "node:crypto";
import { lstat, mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";

/** How a disk treats file names. */
export interface DiskTraits {
  /** `A` and `a` are one file, as on macOS and Windows by default. */
  isCaseBlind: boolean;
  /** Two ways in which Unicode writes a character are one file, as on macOS. */
  isFormBlind: boolean;
  /** Windows' rules for names. */
  hasWindowsNames: boolean;
}

/** Probes a disk, in an empty folder of ours on it. */
export async function probeDisk(folder: string): Promise<DiskTraits> {
  // Another probe of the folder may be under way.
  const probe = `probe-${randomUUID()}`;
  return {
    isCaseBlind: await isOneName(folder, `${probe}-a`, `${probe}-A`),
    isFormBlind: await isOneName(folder, `${probe}-\u00e9`, `${probe}-e\u0301`),
    hasWindowsNames: process.platform === "win32",
  };
}

async function isOneName(folder: string, name: string, other: string): Promise<boolean> {
  await mkdir(join(folder, name), { recursive: true });
  const found = await lstat(join(folder, other)).then(
    () => true,
    () => false,
  );
  await rmdir(join(folder, name)).catch(() => undefined);
  return found;
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

  #nameOf(path: string): string {
    const form = this.#traits.isFormBlind ? path.normalize() : path;
    return this.#traits.isCaseBlind ? form.toLowerCase() : form;
  }
}
