import { mkdtemp, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { type DiskTraits, probeDisk } from "../../bucket/disk-traits.ts";

/** Tells the traits of the disk with all work folders, which is probed once. */
export type WorkDisk = (workRoot: string) => Promise<DiskTraits>;

export function workDisk(): WorkDisk {
  let traits: Promise<DiskTraits> | undefined;
  return (workRoot) => {
    traits ??= probeIn(workRoot).catch((error: unknown) => {
      traits = undefined;
      throw error;
    });
    return traits;
  };
}

/** Probes the disk of a folder. */
async function probeIn(folder: string): Promise<DiskTraits> {
  // No job's folder has such a name.
  const probe = await mkdtemp(join(folder, ".probe-"));
  try {
    return await probeDisk(probe);
  } finally {
    await rmdir(probe);
  }
}
