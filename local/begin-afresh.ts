import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { LocalConfig } from "./config.ts";

/**
 * Forgets the last run of the local cloud, before a new one. The emulated AWS keeps everything in
 * memory, so jobs that Slurm or the agent still knew would belong to a bucket that is gone. The
 * Python environment, the ports and Slurm's key stay.
 */
export async function beginAfresh(config: LocalConfig): Promise<void> {
  const last = [
    config.headNode,
    config.work,
    config.log,
    config.tmp,
    join(config.slurm, "state"),
    join(config.slurm, "spool"),
    join(config.home, "aws"),
    config.documents,
  ];
  await Promise.all(last.map((path) => rm(path, { recursive: true, force: true })));
}
