import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalConfig } from "../../local/config.ts";
import type { S3LogLine } from "../../local/faults/s3-proxy.ts";
import { requestLog } from "../../local/faults/s3-proxy-service.ts";
import { sbatchLog } from "../../local/faults/slurm-commands.ts";
import type { LeftOver } from "./settle.ts";

/** Evidence from the local cloud's own logs, for the checks. */
export interface Evidence {
  /** Every request to S3 of the agent and the functions, in order. */
  readonly requests: readonly S3LogLine[];
  /** Prefixes of the jobs that sbatch has printed an id for, one for each job. */
  readonly accepted: readonly string[];
  /** `<job id> <comment>` of every job that squeue has shown. */
  readonly jobs: ReadonlySet<string>;
  /** How many jobs of ours slurmctld says it has accepted. */
  readonly slurmctldCount: number;
  readonly leftOver: LeftOver;
  /** The state of each prefix when all was over. */
  readonly lastStates: ReadonlyMap<string, string | undefined>;
}

/** Reads the logs. */
export function readLogs(
  config: LocalConfig,
  strangers: number,
): Pick<Evidence, "requests" | "accepted" | "slurmctldCount"> {
  const slurmctld = readFileSync(join(config.log, "slurmctld.log"), "utf8");
  return {
    requests: lines(requestLog(config)).map((line) => JSON.parse(line) as S3LogLine),
    accepted: lines(sbatchLog(config))
      .map((line) => line.split(" "))
      .filter(([what]) => what === "accepted")
      .map(([, , comment]) => prefixOfComment(comment)),
    slurmctldCount:
      (slurmctld.match(/_slurm_rpc_submit_batch_job: JobId=/g)?.length ?? 0) - strangers,
  };
}

/** The prefix in `cloud-submit:<prefix>:<submission>`. */
export function prefixOfComment(comment: string | undefined): string {
  return comment?.split(":")[1] ?? "";
}

function lines(file: string): string[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}
