import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { listPrefixes } from "../../bucket/job-objects/list-prefixes.ts";
import { listQueue } from "../../bucket/job-objects/marker.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { messageOf } from "../../protocol/error.ts";
import { keyOf, STATUS_FILE } from "../../protocol/objects.ts";
import type { Ports } from "../aws/ports.ts";
import type { FunctionConfig } from "../setup/config.ts";
import { dispatchRequest } from "./dispatch-request.ts";

/** Result of a census, for the one log line. */
export interface CensusReport {
  jobs: number;
  dispatched: number;
  /** Jobs that the next census looks at: this one had no time left. */
  left: number;
  failed: { prefix: string; error: string }[];
}

/** Jobs looked at side by side: a slow answer for one must not hold up the others. */
const LOOKS_AT_ONCE = 32;

/** The times that a census goes by. */
export type CensusTimes = Pick<FunctionConfig, "redispatchSeconds">;

/**
 * Looks at the status object of every job. A request that no event told of is dispatched, so that a lost event leaves no
 * state that never changes. One request a job: hence seldom.
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
  const report: CensusReport = { jobs: 0, dispatched: 0, left: 0, failed: [] };
  const pending = new Set<string>();
  for await (const { request } of listQueue(ports.store))
    pending.add(`${request.prefix}/${request.submission}`);
  const look = async (prefix: string) => {
    report.jobs += 1;
    if (timeIsUp.aborted) {
      report.left += 1;
      return;
    }
    try {
      const did = await lookAt(prefix, pending, times, invocation, ports);
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
  pending: ReadonlySet<string>,
  times: CensusTimes,
  invocation: string,
  ports: Ports,
): Promise<"dispatched" | undefined> {
  const status = await readStatus(ports.store, prefix);
  const age = (ports.now().getTime() - (status?.lastModified?.getTime() ?? 0)) / 1000;
  const isRequest = status?.state === "FILE_UPLOAD" || status?.state === "JOB_CANCEL";
  if (!isRequest || age <= times.redispatchSeconds) return undefined;
  if (pending.has(`${prefix}/${status.submission}`)) return undefined;
  const decision = await dispatchRequest({ key: keyOf(prefix, STATUS_FILE), invocation }, ports);
  return decision.did === "nothing" ? undefined : "dispatched";
}
