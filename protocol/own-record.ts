import * as z from "zod";
import { SYSTEM_FOLDER } from "./objects.ts";
import { parseJson } from "./parse-json.ts";
import { prefixSchema } from "./prefix.ts";
import { jobRecordSchema } from "./record.ts";

/**
 * Where the agent of earlier versions kept its own copy of the record of each job that Slurm had. Pending markers have taken its
 * place.
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

/** The prefix that a key below the folder is the copy of; undefined for any other key. */
export function prefixOfOwnRecord(key: string): string | undefined {
  const name = /^([^/]+)\.json$/.exec(key.slice(OWN_RECORDS_FOLDER.length))?.[1];
  return prefixSchema.safeParse(name).data;
}

/** The copy in an object's text; undefined when invalid. */
export function parseOwnRecord(text: string): OwnRecord | undefined {
  return parseJson(ownRecordSchema, text);
}
