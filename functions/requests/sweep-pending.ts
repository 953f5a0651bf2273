import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { listMarkers, readMarker, removeMarker } from "../../bucket/job-objects/marker.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { messageOf } from "../../protocol/error.ts";
import type { PendingMarker } from "../../protocol/marker.ts";
import type { RequestId } from "../../protocol/request.ts";
import { lifeOf, REQUEST_SECONDS } from "../../protocol/ssm-command.ts";
import type { Ports } from "../aws/ports.ts";
import type { FunctionConfig } from "../setup/config.ts";
import { sendNow } from "./dispatch-request.ts";
import { giveUp, isUnanswered } from "./pending.ts";

/** Result of a sweep over the pending markers, for the one log line. */
export interface SweepReport {
  sent: number;
  /** Requests without an answer whose command SSM has still to deliver. */
  onTheirWay: number;
  /** Requests that SSM takes no command for now: it throttles, or the machine is stopped. */
  refused: number;
  /** Requests that the next sweep looks at: this one had no time left. */
  left: number;
  removed: number;
  givenUp: number;
  failed: { prefix: string; error: string }[];
  /** Why SSM did not tell what is on its way. */
  notAsked?: string;
  /** Seconds for which the oldest request has had no answer; 0 when all have one. */
  oldestSeconds: number;
}

/** Markers worked on side by side: few, since SSM takes only some commands a second. */
const MARKERS_AT_ONCE = 8;

/** The times that a sweep goes by. */
export type SweepTimes = Pick<FunctionConfig, "redispatchSeconds" | "deadlineSeconds">;

/**
 * Goes through the pending markers: what has its answer loses its marker, what is past the deadline ends
 * in JOB_ERROR, and the rest is sent again, unless its command is still on its way. The agent knows what it has
 * already, so sending is safe.
 *
 * @param timeIsUp aborted when nothing more is to be begun
 */
export async function sweepPending(
  times: SweepTimes,
  ports: Ports,
  timeIsUp: AbortSignal,
): Promise<SweepReport> {
  const report: SweepReport = {
    sent: 0,
    onTheirWay: 0,
    refused: 0,
    left: 0,
    removed: 0,
    givenUp: 0,
    failed: [],
    oldestSeconds: 0,
  };
  const before = new Date(ports.now().getTime() - times.redispatchSeconds * 1000);
  const isOnItsWay = askOnce(times, report, timeIsUp, ports);
  const sweep = async ({ request, written }: { request: RequestId; written: Date | undefined }) => {
    if (written && written >= before) return;
    if (timeIsUp.aborted) {
      report.left += 1;
      return;
    }
    try {
      const marker = await readMarker(ports.store, request);
      if (!marker) return;
      const did = await sweepMarker(marker, times, isOnItsWay, timeIsUp, ports);
      report[did] += 1;
      if (did !== "removed")
        report.oldestSeconds = Math.max(report.oldestSeconds, ageOf(marker, ports.now()) / 1000);
    } catch (error) {
      report.failed.push({ prefix: request.prefix, error: messageOf(error) });
    }
  };
  await eachBounded(listMarkers(ports.store), MARKERS_AT_ONCE, sweep);
  return report;
}

type IsOnItsWay = (marker: PendingMarker) => Promise<boolean>;

/**
 * Asks SSM once, when the first request needs to know. When SSM does not tell, a request's command counts as on its way
 * for as long as SSM keeps one, and no longer.
 */
function askOnce(
  times: SweepTimes,
  report: SweepReport,
  timeIsUp: AbortSignal,
  ports: Ports,
): IsOnItsWay {
  const ask = () =>
    ports.headNode.onTheirWay(ports.now(), timeIsUp).catch((error: unknown) => {
      report.notAsked = messageOf(error);
      return undefined;
    });
  let asked: ReturnType<typeof ask> | undefined;
  return async (marker) => {
    const commands = await (asked ??= ask());
    const now = ports.now();
    if (commands) return commands.has(marker, now, times.redispatchSeconds * 1000);
    return now.getTime() - Date.parse(marker.requestedAt) <= lifeOf(REQUEST_SECONDS);
  };
}

async function sweepMarker(
  marker: PendingMarker,
  times: SweepTimes,
  isOnItsWay: IsOnItsWay,
  timeIsUp: AbortSignal,
  ports: Ports,
): Promise<"sent" | "onTheirWay" | "refused" | "left" | "removed" | "givenUp"> {
  const status = await readStatus(ports.store, marker.prefix);
  if (!status || !isUnanswered(marker, status)) {
    return (await removeMarker(ports.store, marker)) ? "removed" : "left";
  }
  if (ageOf(marker, ports.now()) > times.deadlineSeconds * 1000) {
    const hours = Number((times.deadlineSeconds / 3600).toFixed(2));
    const message = `the Head Node has not answered for ${hours} h: have it looked at, then write FILE_UPLOAD again`;
    await giveUp(marker, status, { code: "unreachable", message }, ports);
    return "givenUp";
  }
  if (await isOnItsWay(marker)) return "onTheirWay";
  // SSM may have taken long to tell.
  if (timeIsUp.aborted) return "left";
  return (await sendNow(marker, ports)) === undefined ? "refused" : "sent";
}

/** Milliseconds since the request was made, or since the agent last said that it is at work on it. */
function ageOf(marker: PendingMarker, now: Date): number {
  return now.getTime() - Date.parse(marker.heard ?? marker.requestedAt);
}
