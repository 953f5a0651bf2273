import { join, sep } from "node:path";
import type { Disk } from "../../bucket/disk/disk.ts";
import { makeFolderOn, realPathOn } from "../../bucket/disk/names.ts";
import { realJobFolder } from "../jobs/output-path.ts";

/**
 * Makes folders for a job's output files, as far as they are in the job's own folder and no link leads out of it. Of one that cannot
 * be made, Slurm says so when it opens the file.
 *
 * @param folder of the job, as Slurm was told
 * @param wanted absolute paths
 */
export async function makeOutputFolders(
  folder: string,
  wanted: Iterable<string>,
  disk: Disk,
): Promise<void> {
  const root = await realJobFolder(folder, disk).catch(() => "replaced");
  if (root === "replaced") return;
  for (const path of wanted) {
    const top = [folder, root].find((one) => path.startsWith(`${one}/`));
    if (top !== undefined) await makeBelow(root, path.slice(top.length + 1).split("/"), disk);
  }
}

async function makeBelow(root: string, names: readonly string[], disk: Disk): Promise<void> {
  let place = root;
  for (const name of names) {
    const path = join(place, name);
    // It may be there already, also as a link to a folder.
    await makeFolderOn(disk, path).catch(() => undefined);
    const real = await realPathOn(disk, path).catch(() => undefined);
    if (!real?.startsWith(`${root}${sep}`)) return;
    place = real;
  }
}
