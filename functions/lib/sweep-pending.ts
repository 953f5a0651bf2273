import { messageOf } from "../../protocol/error.ts";
import type { PendingMarker } from "../../protocol/marker.ts";
import type { FunctionConfig } from "./config.ts";
import { sendNow } from "./dispatch-request.ts";
import { giveUp, isUnanswered } from "./pending.ts";
import type { Ports } from "./ports.ts";

/** What a sweep over the pending markers did, for the one log line. */
export interface SweepReport {
  sent: number;
  removed: number;
  givenUp: number;
  failed: { prefix: string; error: string }[];
}

/** The times that a sweep goes by. */
export type SweepTimes = Pick<FunctionConfig, "redispatchSeconds" | "deadlineSeconds">;

/**
 * Goes through the pending markers: what has its answer loses its marker, what is past the deadline ends
 * in JOB_ERROR, and the rest is sent again. The agent knows what it has already, so sending is safe.
 */
export async function sweepPending(times: SweepTimes, ports: Ports): Promise<SweepReport> {
  const report: SweepReport = { sent: 0, removed: 0, givenUp: 0, failed: [] };
  const before = new Date(ports.now().getTime() - times.redispatchSeconds * 1000);
  for await (const marker of ports.markers.olderThan(before)) {
    try {
      report[await sweepMarker(marker, times, ports)] += 1;
    } catch (error) {
      report.failed.push({ prefix: marker.prefix, error: messageOf(error) });
    }
  }
  return report;
}

async function sweepMarker(
  marker: PendingMarker,
  times: SweepTimes,
  ports: Ports,
): Promise<"sent" | "removed" | "givenUp"> {
  const status = await ports.bucket.readStatus(marker.prefix);
  if (!status || !isUnanswered(marker, status)) {
    await ports.markers.remove(marker);
    return "removed";
  }
  const since = Date.parse(marker.heard ?? marker.requestedAt);
  if (ports.now().getTime() - since > times.deadlineSeconds * 1000) {
    const hours = Number((times.deadlineSeconds / 3600).toFixed(2));
    const message = `the Head Node has not answered for ${hours} h: have it looked at, then write FILE_UPLOAD again`;
    await giveUp(marker, status, { code: "unreachable", message }, ports);
    return "givenUp";
  }
  await sendNow(marker, ports);
  return "sent";
}
