import { text } from "node:stream/consumers";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { HEARTBEAT_KEY, type Heartbeat, parseHeartbeat } from "../../protocol/heartbeat.ts";
import { isDenied } from "../errors/aws-error.ts";

/** The agent's last sign of life; undefined: there is none; "denied": it may not be read. */
export async function readHeartbeat(store: ObjectStore): Promise<Heartbeat | undefined | "denied"> {
  try {
    const got = await store.get(HEARTBEAT_KEY);
    return got && parseHeartbeat(await text(got.body));
  } catch (error) {
    // S3 says the same of an object that is not there to those who may not list it.
    if (isDenied(error)) return "denied";
    throw error;
  }
}
