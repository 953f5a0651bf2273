import {
  formatHeartbeat,
  HEARTBEAT_KEY,
  HEARTBEAT_MAX_BYTES,
  type Heartbeat,
  parseHeartbeat,
} from "../../protocol/heartbeat.ts";
import type { ObjectWriter } from "../object-store.ts";
import { type ReadStore, readText } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/** The agent's last heartbeat; undefined when there is none, or none that can be read. */
export async function readHeartbeat(store: ReadStore): Promise<Heartbeat | undefined> {
  const text = await readText(store, HEARTBEAT_KEY, HEARTBEAT_MAX_BYTES);
  return text === undefined ? undefined : parseHeartbeat(text);
}

/** Writes the agent's heartbeat. */
export async function writeHeartbeat(store: ObjectWriter, heartbeat: Heartbeat): Promise<void> {
  await store.put(HEARTBEAT_KEY, formatHeartbeat(heartbeat), JSON_TEXT);
}
