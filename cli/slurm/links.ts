import { lstat, readlink, realpath, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { CommandError } from "../errors/command-error.ts";
import { SLURM_NAMES } from "./names.ts";

/**
 * Makes a link to this program under each name of Slurm's commands, as far as they are missing.
 *
 * @param folder where; it is made if it is missing
 * @param program the program as it was called, a link to it or itself
 * @returns the folder's absolute path
 * @throws CloudSubmitError `usage` where something else has such a name: then no link is made
 */
export async function makeLinks(folder: string, program: string): Promise<string> {
  const at = resolve(folder);
  const target = await realpath(program).catch(() => {
    throw new CommandError("usage", (say) => say("slurm.noProgram", { path: program }));
  });
  await makeFolder(at);
  const missing: string[] = [];
  for (const name of SLURM_NAMES) {
    const path = join(at, name);
    const there = await linkAt(path);
    if (there === target) continue;
    // An earlier place of this program, or one whose version was removed.
    const isOurs = there !== undefined && basename(there) === basename(target);
    if (there !== "" && !isOurs)
      throw new CommandError("usage", (say) => say("slurm.inTheWay", { path }));
    missing.push(path);
  }
  for (const path of missing) {
    await rm(path, { force: true });
    await symlink(target, path);
  }
  return at;
}

/** Where a link leads to; empty: nothing is there; undefined: something else is. */
async function linkAt(path: string): Promise<string | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return "";
  return stats.isSymbolicLink() ? resolve(dirname(path), await readlink(path)) : undefined;
}
