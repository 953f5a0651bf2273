import pMap from "p-map";
import { messageOf } from "../../protocol/error.ts";
import type { PendingMarker } from "../../protocol/marker.ts";
import type { CommandsOnTheirWay } from "./commands-on-their-way.ts";
import type { FunctionConfig } from "./config.ts";
import { sendNow } from "./dispatch-request.ts";
import type { MarkerId } from "./pending-markers.ts";
import { giveUp, isUnanswered } from "./pending.ts";
import type { Ports } from "./ports.ts";

/** What a sweep over the pending markers did, for the one log line. */
export interface SweepReport {
  sent: number;
  /** Requests without an answer whose command SSM has still to deliver. */
  onTheirWay: number;
  removed: number;
  givenUp: number;
  failed: { prefix: string; error: string }[];
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
 */
export async function sweepPending(times: SweepTimes, ports: Ports): Promise<SweepReport> {
  const report: SweepReport = {
    sent: 0,
    onTheirWay: 0,
    removed: 0,
    givenUp: 0,
    failed: [],
    oldestSeconds: 0,
  };
  const before = new Date(ports.now().getTime() - times.redispatchSeconds * 1000);
  // Asked once, and only when there is something to send. What SSM does not tell fails what wants to know it.
  let asked: Promise<CommandsOnTheirWay> | undefined;
  const onTheirWay = () => (asked ??= ports.headNode.onTheirWay(ports.now()));
  const sweep = async (id: MarkerId) => {
    try {
      const marker = await ports.markers.read(id);
      if (!marker) return;
      const did = await sweepMarker(marker, times, onTheirWay, ports);
      report[did] += 1;
      if (did !== "removed")
        report.oldestSeconds = Math.max(report.oldestSeconds, ageOf(marker, ports.now()) / 1000);
    } catch (error) {
      report.failed.push({ prefix: id.prefix, error: messageOf(error) });
    }
  };
  await pMap(ports.markers.olderThan(before), sweep, { concurrency: MARKERS_AT_ONCE });
  return report;
}

async function sweepMarker(
  marker: PendingMarker,
  times: SweepTimes,
  onTheirWay: () => Promise<CommandsOnTheirWay>,
  ports: Ports,
): Promise<"sent" | "onTheirWay" | "removed" | "givenUp"> {
  const status = await ports.bucket.readStatus(marker.prefix);
  if (!status || !isUnanswered(marker, status)) {
    await ports.markers.remove(marker);
    return "removed";
  }
  if (ageOf(marker, ports.now()) > times.deadlineSeconds * 1000) {
    const hours = Number((times.deadlineSeconds / 3600).toFixed(2));
    const message = `the Head Node has not answered for ${hours} h: have it looked at, then write FILE_UPLOAD again`;
    await giveUp(marker, status, { code: "unreachable", message }, ports);
    return "givenUp";
  }
  const patienceMs = times.redispatchSeconds * 1000;
  if ((await onTheirWay()).has(marker, ports.now(), patienceMs)) return "onTheirWay";
  await sendNow(marker, ports);
  return "sent";
}

/** Milliseconds since the request was made, or since the agent last said that it is at work on it. */
function ageOf(marker: PendingMarker, now: Date): number {
  return now.getTime() - Date.parse(marker.heard ?? marker.requestedAt);
}
