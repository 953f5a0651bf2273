import { DATASET_FILE, keyOf } from "../../protocol/objects.ts";
import { isPrefix } from "../../protocol/prefix.ts";
import { endedAt } from "../../protocol/removal.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import { type ReadStore, readObject } from "../job-objects/read-object.ts";
import type { StatusObject } from "../job-objects/status.ts";

/** Why a prefix stays. */
export const STAYS = ["no-job", "active", "young", "named", "data-set"] as const;
export type Stays = (typeof STAYS)[number];

/** A data set's object is no longer than this matters: only whether it is there. */
const LOOK_BYTES = 1;

/**
 * The rule of what may be removed when nobody has named it: a job that ended before a time, and that no job names which has
 * not ended; never a data set.
 *
 * @param rule.before the time
 * @param rule.isNamed asked only when all else lets it go
 * @returns undefined: it may go
 */
export async function whyStays(
  store: ReadStore,
  prefix: string,
  status: StatusObject | undefined,
  { before, isNamed }: { before: Date; isNamed: (prefix: string) => boolean | Promise<boolean> },
): Promise<Stays | undefined> {
  const why = whyStaysAtAll(prefix, status);
  if (why) return why;
  if (status?.state === undefined || !FINAL_STATES.has(status.state)) return "active";
  const ended = endedAt(status);
  if (ended === undefined || ended.getTime() >= before.getTime()) return "young";
  if (await isNamed(prefix)) return "named";
  return (await isDataSet(store, prefix)) ? "data-set" : undefined;
}

/** The same of a job that somebody has named: it stays only while it is active. */
export function whyStaysAtAll(
  prefix: string,
  status: StatusObject | undefined,
): Extract<Stays, "no-job" | "active"> | undefined {
  if (!status || status.isResult || !isPrefix(prefix)) return "no-job";
  return status.state === undefined || FINAL_STATES.has(status.state) ? undefined : "active";
}

/** Whether a prefix is a data set: one request. */
export async function isDataSet(store: ReadStore, prefix: string): Promise<boolean> {
  return (await readObject(store, keyOf(prefix, DATASET_FILE), LOOK_BYTES)) !== undefined;
}
