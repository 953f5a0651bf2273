import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../bucket/disk/replace-file.ts";
import { SPOOL_FOLDERS } from "../headnode/spool/spool-folders.ts";
import type { LocalConfig } from "./config.ts";

/** Hooks as they are named in the checkout, and as installed on a Head Node. */
const HOOKS = { "request.sh": "request", "slurm-ended.sh": "slurm-ended" };

/** Lays out the Head Node's folder as the install script does: spool and hooks. */
export async function prepareHeadNode(config: LocalConfig): Promise<void> {
  const hooks = join(config.headNode, "hooks");
  for (const folder of [hooks, config.work, ...spoolFolders(config)]) {
    mkdirSync(folder, { recursive: true });
  }
  for (const [source, name] of Object.entries(HOOKS)) {
    // In one step: slurmctld may be running the old one right now.
    const script = readFileSync(join(config.checkout, "headnode", "hooks", source), "utf8");
    await replaceFile(join(hooks, name), script, { mode: 0o755 });
  }
}

function spoolFolders(config: LocalConfig): string[] {
  return Object.values(SPOOL_FOLDERS).map((folder) => join(config.headNode, folder));
}
