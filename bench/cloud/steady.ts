import type { S3LogLine } from "../../local/faults/s3-proxy.ts";
import { HEARTBEAT_KEY } from "../../protocol/heartbeat.ts";
import { SYSTEM_FOLDER } from "../../protocol/objects.ts";

/** What is asked every so often, whatever jobs there are: the heartbeat, and listings for all jobs at once. */
export function isSteady({ operation, key }: S3LogLine): boolean {
  if (key === HEARTBEAT_KEY) return true;
  return operation === "list" && key.startsWith(SYSTEM_FOLDER) && key.split("/").length === 3;
}
