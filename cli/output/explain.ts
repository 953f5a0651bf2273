import { listQueue } from "../../bucket/job-objects/marker.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { type Heartbeat, isAlive } from "../../protocol/heartbeat.ts";
import type { JobRecord, SlurmVerdict } from "../../protocol/record.ts";
import { FINAL_STATES, type State } from "../../protocol/state.ts";
import { isDenied } from "../errors/aws-error.ts";
import { shortWordsOf } from "../errors/command-error.ts";
import { agentHeartbeat } from "../jobs/agent-heartbeat.ts";
import { bucketNow } from "../jobs/bucket-clock.ts";
import type { Say } from "../messages/say.ts";
import { formatDuration } from "../ui/duration.ts";
import { reasonWords } from "./reason-words.ts";
import { reasonMessage } from "./slurm-reason.ts";
import { waitsForWords } from "./waits-for.ts";

/** A job as the bucket shows it. */
export interface JobView {
  prefix: string;
  /** undefined: the status object holds no known state. */
  state: State | undefined;
  /** When the state was written. */
  since: Date | undefined;
  /** The record of the latest submission that the cloud side has answered. */
  record: JobRecord | undefined;
}

export interface ExplainPorts {
  store: ObjectStore;
  say: Say;
  now: () => Date;
}

/**
 * Why a job is where it is, and what happens next, in plain sentences. Asks for the agent's heartbeat, and of a
 * job that no Head Node has yet, whether the cloud side has sent its request: two requests at most.
 */
export async function explain(
  ports: ExplainPorts,
  { prefix, state, since, record }: JobView,
): Promise<string[]> {
  const { store, say } = ports;
  const ago = age(ports, since);
  if (state === undefined) return [say("explain.unknown")];
  if (FINAL_STATES.has(state)) {
    if (!record) return [say("explain.noRecord")];
    const { outcome = "?", error } = record;
    if (state === "JOB_COMPLETE") return [say("explain.complete", { outcome, prefix })];
    if (outcome === "cancelled") return [say("explain.cancelled")];
    const message = error ? shortWordsOf(say, error) : "?";
    if (error?.code === "dependency-failed") return [say("explain.dependencyFailed", { message })];
    return [say("explain.error", { message })];
  }
  const heartbeat = await agentHeartbeat(store);
  const isAgentOff = typeof heartbeat === "object" && !isAlive(heartbeat, bucketNow(ports));
  const lines: string[] = [];
  if (state === "FILE_UPLOAD" && record?.waitsFor) {
    const jobs = waitsForWords(record.waitsFor);
    lines.push(say("explain.waitsFor", { ago, jobs }), say("explain.waitsHow"));
    return isAgentOff ? [...lines, ...agentLines(ports, heartbeat)] : lines;
  }
  if (state === "FILE_UPLOAD") {
    lines.push(say("explain.upload", { ago }));
    lines.push(...(await dispatchLines(ports, prefix)));
    lines.push(...agentLines(ports, heartbeat));
    lines.push(say("explain.uploadNext"));
    return lines;
  }
  if (state === "JOB_CANCEL") lines.push(say("explain.cancel", { ago }));
  else lines.push(...slurmLines(ports, record?.slurm, ago));
  const refused = record?.refused?.at(-1);
  if (refused)
    lines.push(say("explain.refused", { at: refused.at, reason: reasonWords(say, refused) }));
  if (isAgentOff) lines.push(...agentLines(ports, heartbeat), say("explain.deadNext"));
  return lines;
}

/** Slurm's verdict, and what it means. */
function slurmLines({ say }: ExplainPorts, slurm: SlurmVerdict | undefined, ago: string): string[] {
  if (!slurm) return [say("explain.noSlurm", { ago })];
  const { jobId, state, reason = "None", nodes, nodeReason, startedAt, restarts = 0 } = slurm;
  const lines: string[] = [];
  if (state === undefined) lines.push(say("explain.queued", { id: jobId, ago }));
  else if (state === "RUNNING" || state === "COMPLETING")
    lines.push(say("explain.running", { id: jobId, nodes: nodes ?? "?", at: startedAt ?? "?" }));
  else if (state === "PENDING" || state === "REQUEUED")
    lines.push(
      say("explain.pending", { id: jobId, ago }),
      `${reason}: ${say(reasonMessage(reason) as "reason.none")}`,
    );
  else if (state === "CONFIGURING") lines.push(say("explain.configuring", { id: jobId }));
  else
    lines.push(
      say("explain.otherState", {
        id: jobId,
        state: reason === "None" ? state : `${state} (${reason})`,
      }),
    );
  if (nodeReason !== undefined)
    lines.push(
      say("explain.nodeReason", { reason: nodeReason }),
      ...(/\(Code:\w*Capacity\)/.test(nodeReason) ? [say("reason.capacity")] : []),
    );
  if (restarts > 0) lines.push(say("explain.restarts", { restarts }));
  return lines;
}

/** Whether the request has been sent to the Head Node; only the listing may be seen. */
async function dispatchLines(ports: ExplainPorts, prefix: string): Promise<string[]> {
  const { store, say } = ports;
  try {
    for await (const { written } of listQueue(store, prefix))
      return [say("explain.sent", { ago: age(ports, written) })];
    return [say("explain.notSent")];
  } catch (error) {
    if (isDenied(error)) return [];
    throw error;
  }
}

function agentLines(ports: ExplainPorts, heartbeat: Heartbeat | undefined | "denied"): string[] {
  const { say } = ports;
  if (heartbeat === "denied") return [];
  if (!heartbeat) return [say("explain.agentNever")];
  const ago = age(ports, new Date(heartbeat.time));
  if (!isAlive(heartbeat, bucketNow(ports))) return [say("explain.agentDead", { ago })];
  const { jobs, slurm } = heartbeat;
  const lines = [say("explain.agentAlive", { ago, waiting: jobs.waiting, active: jobs.active })];
  if (slurm.state !== "ok") lines.push(say("explain.slurmDown", { detail: slurm.detail ?? "" }));
  return lines;
}

function age(ports: ExplainPorts, at: Date | undefined): string {
  return at === undefined ? "?" : formatDuration(bucketNow(ports).getTime() - at.getTime());
}
