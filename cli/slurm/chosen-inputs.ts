import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { IgnoreRules } from "../../transfer/names/ignore-rules.ts";
import { below, type Places } from "./places.ts";
import type { Elsewhere } from "./send-elsewhere.ts";
import { slurmError } from "./slurm-error.ts";

/** Files of this machine that are sent with a job. */
export interface ChosenInputs {
  /** Paths of the folder that are sent alone; undefined: all of it. */
  inside: string[] | undefined;
  elsewhere: Elsewhere[];
}

/**
 * Inputs that --cloud-input names: those files and folders are sent, and nothing else of the job's folder.
 *
 * @param paths as they were given, relative to the job's folder
 * @param places gets those that are elsewhere; their paths in the script mean these places
 * @throws SlurmError for one that is not there
 */
export function chosenInputs(paths: readonly string[], places: Places): ChosenInputs {
  const elsewhere: Elsewhere[] = [];
  const inside: string[] = [];
  for (const given of paths) {
    const path = resolve(places.roots[0] ?? "", given);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) throw slurmError("sbatch", `--cloud-input: ${JSON.stringify(given)} is not there`);
    const place = places.roots.map((root) => below(root, path)).find((one) => one !== undefined);
    if (place !== undefined) inside.push(place);
    else elsewhere.push(addElsewhere(places, path, stats.isFile()));
  }
  return { inside: paths.length > 0 ? inside : undefined, elsewhere };
}

/** A file or folder from elsewhere with its place, which its path means in the script from now on. */
export function addElsewhere(places: Places, path: string, isFile: boolean): Elsewhere {
  const at = isFile ? places.send(dirname(path), basename(path)) : places.send(path);
  return { path, at, isFile };
}

/** Paths, all that is below them, and the folders on the way to them. */
export function onlyThese(paths: readonly string[]): IgnoreRules {
  if (paths.includes("")) return () => true;
  return (path, isFolder) =>
    paths.some(
      (one) =>
        path === one || path.startsWith(`${one}/`) || (isFolder && one.startsWith(`${path}/`)),
    );
}
