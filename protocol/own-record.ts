import * as z from "zod";
import { SYSTEM_FOLDER } from "./objects.ts";
import { parseJson } from "./parse-json.ts";
import { isPrefix, prefixSchema } from "./prefix.ts";
import { jobRecordSchema } from "./record.ts";

/**
 * Where the agent keeps its own copy of each prefix's last record. The record under a prefix may be anybody's
 * word; no submitter can write here, so what agent and functions need to know again, they read here.
 */
export const OWN_RECORDS_FOLDER = `${SYSTEM_FOLDER}records/`;

const ownRecordSchema = jobRecordSchema.extend({
  prefix: prefixSchema,
  keepsLinks: z.boolean().optional().describe("the client that submitted knows link objects"),
});
/** A record as the agent keeps it for itself. */
export type OwnRecord = z.infer<typeof ownRecordSchema>;

/** The key of the agent's own copy of a prefix's record. */
export function ownRecordKey(prefix: string): string {
  return `${OWN_RECORDS_FOLDER}${prefix}.json`;
}

/** The prefix that a key below the folder is the copy for; undefined for any other key. */
export function prefixOfOwnRecordKey(key: string): string | undefined {
  const prefix = key.slice(OWN_RECORDS_FOLDER.length, -".json".length);
  return isPrefix(prefix) && ownRecordKey(prefix) === key ? prefix : undefined;
}

/** The copy in an object's text; undefined when it is none. */
export function parseOwnRecord(text: string): OwnRecord | undefined {
  return parseJson(ownRecordSchema, text);
}
