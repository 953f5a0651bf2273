import * as z from "zod";
import { SYSTEM_FOLDER } from "./objects.ts";
import { parseJson } from "./parse-json.ts";
import { prefixSchema } from "./prefix.ts";
import { jobRecordSchema } from "./record.ts";

/**
 * Where the agent keeps its own copy of the record of each job that Slurm has. The record under a prefix may be
 * forged; no submitter can write here, so what agent and functions need to know again, they read here.
 */
export const OWN_RECORDS_FOLDER = `${SYSTEM_FOLDER}records/`;

const ownRecordSchema = jobRecordSchema.extend({
  prefix: prefixSchema,
  keepsLinks: z.boolean().optional().describe("the client that submitted knows link objects"),
});
/** A record as the agent keeps it for itself. */
export type OwnRecord = z.infer<typeof ownRecordSchema>;

/** The key of the agent's own copy: one for each prefix, which has one job with Slurm at a time. */
export function ownRecordKey(prefix: string): string {
  return `${OWN_RECORDS_FOLDER}${prefix}.json`;
}

/** The copy in an object's text; undefined when invalid. */
export function parseOwnRecord(text: string): OwnRecord | undefined {
  return parseJson(ownRecordSchema, text);
}
