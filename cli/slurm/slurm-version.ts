import { readHeartbeat } from "../../bucket/job-objects/heartbeat.ts";
import { slurmContext } from "./slurm-context.ts";

/** Version that tools are told where the cluster does not tell: its options are those of this version or a later one. */
const ASSUMED = "24.05.0";

/** Tools ask for it at their start, and need no cluster for that. */
const PATIENCE_MS = 3_000;

/** The line of `--version`: the cluster's Slurm, as its agent told last. */
export async function slurmVersion(env: NodeJS.ProcessEnv, own: string): Promise<string> {
  const assumed = `slurm ${ASSUMED} (cloud-submit ${own})`;
  try {
    const { context } = await slurmContext(env);
    const late = context.sleep(PATIENCE_MS).then(() => undefined);
    const heartbeat = await Promise.race([readHeartbeat(context.store), late]);
    const version = heartbeat?.slurm.version?.replace(/^slurm(-wlm)?\s+/, "");
    return version === undefined ? assumed : `slurm ${version}`;
  } catch {
    return assumed;
  }
}
