import { readHeartbeat } from "../../bucket/job-objects/heartbeat.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import type { Heartbeat } from "../../protocol/heartbeat.ts";
import { isDenied } from "../errors/aws-error.ts";

/** The agent's last heartbeat; undefined: there is none; "denied": it may not be read. */
export async function agentHeartbeat(
  store: ObjectStore,
): Promise<Heartbeat | undefined | "denied"> {
  try {
    return await readHeartbeat(store);
  } catch (error) {
    // S3 says the same of an object that is not there to those who may not list it.
    if (isDenied(error)) return "denied";
    throw error;
  }
}
