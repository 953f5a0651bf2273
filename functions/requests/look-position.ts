import * as z from "zod";
import { readObject } from "../../bucket/job-objects/read-object.ts";
import { JSON_TEXT } from "../../bucket/job-objects/written-as.ts";
import { SYSTEM_FOLDER } from "../../protocol/objects.ts";
import { parseJson } from "../../protocol/parse-json.ts";
import { prefixSchema } from "../../protocol/prefix.ts";
import type { Ports } from "../aws/ports.ts";

/** Where the slow look is remembered. */
export const LOOK_POSITION_KEY = `${SYSTEM_FOLDER}slow-look.json`;

/** A longer object is no position: a key has 1 KiB at most. */
const POSITION_MAX_BYTES = 16 << 10;

const schema = z.object({
  schema: z.literal(1),
  after: z.string().describe("the last key that was looked at; empty: a round begins"),
  began: z.iso.datetime().describe("when this round began"),
  failed: z.boolean().describe("whether a status object of this round could not be read"),
  seenUntil: z.iso
    .datetime()
    .optional()
    .describe("when the last round began that has read all it had to"),
  removing: prefixSchema.optional().describe("the job whose removal is to go on"),
});
export type LookPosition = z.infer<typeof schema>;

/** How far the slow look has come, as it was read. */
export interface ReadPosition {
  position: LookPosition;
  /** undefined: there is none. */
  etag: string | undefined;
}

/** Reads the position: one request. Where there is none that can be read, a round begins. */
export async function readPosition(store: Ports["store"], now: Date): Promise<ReadPosition> {
  const found = await readObject(store, LOOK_POSITION_KEY, POSITION_MAX_BYTES);
  const position = found?.bytes && parseJson(schema, found.bytes.toString("utf8"));
  return { position: position ?? newRound(now, undefined), etag: found?.etag };
}

/** The position at the beginning of the bucket. */
export function newRound(now: Date, seenUntil: string | undefined): LookPosition {
  const began = now.toISOString();
  return { schema: 1, after: "", began, failed: false, ...(seenUntil && { seenUntil }) };
}

/**
 * Writes the position: one request.
 *
 * @param etag of the position that was read
 * @returns false: another look has written one meanwhile, which counts
 */
export async function savePosition(
  store: Ports["store"],
  position: LookPosition,
  etag: string | undefined,
): Promise<boolean> {
  const condition = etag === undefined ? { ifAbsent: true } : { ifMatch: etag };
  const text = `${JSON.stringify(position)}\n`;
  const options = { ...JSON_TEXT, ...condition };
  return (await store.put(LOOK_POSITION_KEY, text, options)) !== undefined;
}
