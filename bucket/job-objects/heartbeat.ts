import {
  formatHeartbeat,
  HEARTBEAT_KEY,
  HEARTBEAT_MAX_BYTES,
  type Heartbeat,
  parseHeartbeat,
  silentAfter,
} from "../../protocol/heartbeat.ts";
import type { ObjectWriter } from "../object-store.ts";
import { type ReadStore, readObject, readText } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/** The agent's last heartbeat; undefined when there is none, or none that can be read. */
export async function readHeartbeat(store: ReadStore): Promise<Heartbeat | undefined> {
  const text = await readText(store, HEARTBEAT_KEY, HEARTBEAT_MAX_BYTES);
  return text === undefined ? undefined : parseHeartbeat(text);
}

/** How far the agent has looked at what is pending. */
export interface Looked {
  /** When its last look began, by S3's clock; undefined: it has told of none. */
  at: Date | undefined;
  /** Names of requests that this look has found and the agent could not take: they are not in hand. */
  left: ReadonlySet<string>;
  /** An agent of an earlier version: it knows of nothing but what a command of its own tells. */
  needsCommands: boolean;
  /** Until when the agent counts as alive, by S3's clock. */
  aliveUntil: Date;
}

/** Nothing is known of the agent. */
export const NEVER_LOOKED: Looked = {
  at: undefined,
  left: new Set(),
  needsCommands: false,
  aliveUntil: new Date(0),
};

/** Reads how far the agent has looked: one request. */
export async function readLooked(store: ReadStore): Promise<Looked> {
  const got = await readObject(store, HEARTBEAT_KEY, HEARTBEAT_MAX_BYTES);
  const heartbeat = got?.bytes && parseHeartbeat(got.bytes.toString("utf8"));
  if (!heartbeat) return NEVER_LOOKED;
  const { time, looked, left: names } = heartbeat;
  const left = new Set(names);
  const written = got.lastModified?.getTime() ?? Date.parse(time);
  const aliveUntil = new Date(written + silentAfter(heartbeat));
  if (looked === undefined) return { at: undefined, left, needsCommands: true, aliveUntil };
  // Both times are of the Head Node's clock; markers are dated by S3's.
  const before = Math.max(0, Date.parse(time) - Date.parse(looked));
  return { at: new Date(written - before), left, needsCommands: false, aliveUntil };
}

/** Writes the agent's heartbeat. */
export async function writeHeartbeat(store: ObjectWriter, heartbeat: Heartbeat): Promise<void> {
  await store.put(HEARTBEAT_KEY, formatHeartbeat(heartbeat), JSON_TEXT);
}
