import { chmodSync, copyFileSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { LocalConfig } from "./config.ts";

/** Hooks as they are named in the checkout, and as installed on a Head Node. */
const HOOKS = { "request.sh": "request", "slurm-ended.sh": "slurm-ended" };

/** Lays out the Head Node's folder as the install script does: spool and hooks. */
export function prepareHeadNode(config: LocalConfig): void {
  const hooks = join(config.headNode, "hooks");
  for (const folder of [hooks, config.work, ...spoolFolders(config)]) {
    mkdirSync(folder, { recursive: true });
  }
  for (const [source, name] of Object.entries(HOOKS)) {
    // Renamed into place: slurmctld may be running the old one right now.
    const fresh = join(hooks, `.${name}.new`);
    copyFileSync(join(config.checkout, "headnode", "hooks", source), fresh);
    chmodSync(fresh, 0o755);
    renameSync(fresh, join(hooks, name));
  }
}

function spoolFolders(config: LocalConfig): string[] {
  return ["requests", "endings"].map((folder) => join(config.headNode, "spool", folder));
}
