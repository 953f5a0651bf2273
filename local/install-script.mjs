// Joins the parts in headnode/install/ into install.sh: ParallelCluster fetches one file, so one is released.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "headnode", "install");

/** The text of install.sh: the parts in the order of their numbers. */
export function installScript() {
  return readdirSync(folder)
    .filter((name) => /^\d\d-[a-z]+\.sh$/.test(name))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}
