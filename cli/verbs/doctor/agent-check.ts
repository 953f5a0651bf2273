import type { ObjectStore } from "../../../bucket/object-store.ts";
import { isAlive } from "../../../protocol/heartbeat.ts";
import { awsError } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { agentHeartbeat } from "../../jobs/agent-heartbeat.ts";
import { bucketNow } from "../../jobs/bucket-clock.ts";
import { formatDuration } from "../../ui/duration.ts";
import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Below this, how a job ended is forgotten while the agent is started anew. */
const MIN_JOB_AGE_SECONDS = 60;

/**
 * Whether the agent on the Head Node is up, and of this version.
 *
 * @param store what the heartbeat is asked of
 * @param isDeep also how Slurm is configured, as far as the agent tells
 */
export async function checkAgent(
  context: DoctorContext,
  store: Pick<ObjectStore, "clock">,
  asked: ReturnType<typeof agentHeartbeat>,
  isDeep: boolean,
): Promise<Check> {
  const { say } = context;
  const name = "agent";
  try {
    const heartbeat = await asked;
    if (heartbeat === "denied")
      return { name, verdict: "unknown", detail: say("doctor.agentDenied") };
    const fix = say("doctor.agentFix");
    if (!heartbeat) return { name, verdict: "broken", detail: say("explain.agentNever"), fix };
    const now = bucketNow({ ...context, store });
    const ago = formatDuration(now.getTime() - Date.parse(heartbeat.time));
    const { host, version, slurm } = heartbeat;
    if (!isAlive(heartbeat, now))
      return { name, verdict: "broken", detail: say("explain.agentDead", { ago }), fix };
    if (slurm.state !== "ok")
      return {
        name,
        verdict: "broken",
        detail: say("explain.slurmDown", { detail: slurm.detail ?? "" }),
        fix: say("doctor.slurmFix"),
      };
    const detail = say("doctor.agentOk", { host, version, ago });
    const seconds = slurm.minJobAgeSeconds;
    // 0: it forgets none.
    if (isDeep && seconds !== undefined && seconds > 0 && seconds < MIN_JOB_AGE_SECONDS)
      return {
        name,
        verdict: "warning",
        detail: `${detail}; ${say("doctor.minJobAge", { seconds })}`,
        fix: say("doctor.minJobAgeFix"),
      };
    if (version === context.version) return { name, verdict: "ok", detail };
    return {
      name,
      verdict: "warning",
      detail: `${detail}; ${say("doctor.versionDiffers", { version: context.version })}`,
      fix: say("doctor.versionFix"),
    };
  } catch (error) {
    return { name, verdict: "broken", detail: wordsOf(say, awsError(error)) };
  }
}
