import { join } from "node:path";
// @ts-expect-error: a build script without types
import { buildLauncher } from "../../local/build.mjs";

/** Builds the launcher of Slurm's commands as it is shipped into a folder; returns the path of its program. */
export async function shippedLauncher(folder: string): Promise<string> {
  const path = join(folder, "slurm-launcher.cjs");
  await buildLauncher(path);
  return path;
}
