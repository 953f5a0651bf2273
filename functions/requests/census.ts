import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { listPrefixes } from "../../bucket/job-objects/list-prefixes.ts";
import { claimMarker, removeMarker } from "../../bucket/job-objects/marker.ts";
import { readRecord } from "../../bucket/job-objects/record.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { messageOf } from "../../protocol/error.ts";
import { keyOf, STATUS_FILE } from "../../protocol/objects.ts";
import type { Ports } from "../aws/ports.ts";
import type { FunctionConfig } from "../setup/config.ts";
import { dispatchRequest, sendNow } from "./dispatch-request.ts";
import { isUnanswered } from "./pending.ts";

/** Result of a census, for the one log line. */
export interface CensusReport {
  jobs: number;
  dispatched: number;
  checked: number;
  /** Jobs that the next census looks at: this one had no time left. */
  left: number;
  failed: { prefix: string; error: string }[];
}

/** Jobs looked at side by side: a slow answer for one must not hold up the others. */
const LOOKS_AT_ONCE = 32;

/** The times that a census goes by. */
export type CensusTimes = Pick<FunctionConfig, "redispatchSeconds" | "checkSeconds">;

/**
 * Looks at the status object of every job. A request that no event told of is dispatched, and a job that
 * Slurm is said to have is asked after, so that neither a lost event nor a lost Head Node leaves a state
 * that never changes. One request a job: hence seldom.
 *
 * @param invocation Lambda request id
 * @param timeIsUp aborted when nothing more is to be begun
 */
export async function census(
  times: CensusTimes,
  invocation: string,
  ports: Ports,
  timeIsUp: AbortSignal,
): Promise<CensusReport> {
  const report: CensusReport = { jobs: 0, dispatched: 0, checked: 0, left: 0, failed: [] };
  const look = async (prefix: string) => {
    report.jobs += 1;
    if (timeIsUp.aborted) {
      report.left += 1;
      return;
    }
    try {
      const did = await lookAt(prefix, times, invocation, ports);
      if (did) report[did] += 1;
    } catch (error) {
      report.failed.push({ prefix, error: messageOf(error) });
    }
  };
  await eachBounded(listPrefixes(ports.store), LOOKS_AT_ONCE, look);
  return report;
}

async function lookAt(
  prefix: string,
  times: CensusTimes,
  invocation: string,
  ports: Ports,
): Promise<"dispatched" | "checked" | undefined> {
  const status = await readStatus(ports.store, prefix);
  const age = (ports.now().getTime() - (status?.lastModified?.getTime() ?? 0)) / 1000;
  const isRequest = status?.state === "FILE_UPLOAD" || status?.state === "JOB_CANCEL";
  if (isRequest && age > times.redispatchSeconds) {
    const decision = await dispatchRequest({ key: keyOf(prefix, STATUS_FILE), invocation }, ports);
    return decision.did === "nothing" ? undefined : "dispatched";
  }
  if (status?.state !== "JOB_SUBMIT" || age < times.checkSeconds) return undefined;
  const record = await readRecord(ports.store, prefix);
  if (!record) return undefined;
  const { submission, requester } = record;
  const marker = await claimMarker(ports.store, {
    version: 1,
    prefix,
    submission,
    action: "check",
    requestedAt: ports.now().toISOString(),
    requester,
    attempts: 1,
    dispatcher: invocation,
  });
  // An earlier census's marker: the sweep repeats it.
  if (marker.dispatcher !== invocation) return undefined;
  if (!isUnanswered(marker, await readStatus(ports.store, prefix))) {
    await removeMarker(ports.store, marker);
    return undefined;
  }
  await sendNow(marker, ports);
  return "checked";
}
