import type { S3LogLine } from "../../local/faults/s3-proxy.ts";
import { HEARTBEAT_KEY } from "../../protocol/heartbeat.ts";
import { pendingFolder } from "../../protocol/marker.ts";
import { SYSTEM_FOLDER } from "../../protocol/objects.ts";

/** Whether a request is periodic and independent of jobs: the heartbeat, or a listing for all jobs. */
export function isSteady({ operation, key }: S3LogLine): boolean {
  if (key === HEARTBEAT_KEY) return true;
  return operation === "list" && key.startsWith(SYSTEM_FOLDER) && key.split("/").length === 3;
}

/**
 * Whether the agent looked at all that is pending: at a request, or for the minute. Both look alike.
 */
export function isLook({ side, operation, key }: S3LogLine): boolean {
  return side === "agent" && operation === "list" && key === pendingFolder();
}
