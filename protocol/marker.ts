import * as z from "zod";
import { SYSTEM_FOLDER } from "./objects.ts";
import { parseJson } from "./parse-json.ts";
import { type RequestId, requestSchema } from "./request.ts";
import { requesterSchema } from "./requester.ts";

/** A pending marker: what was asked of the Head Node and is not answered yet. */
const pendingMarkerSchema = z.object({
  version: z.literal(1),
  ...requestSchema.shape,
  requestedAt: z.iso.datetime().describe("when the status object was written"),
  requester: requesterSchema.optional(),
  heard: z.iso
    .datetime()
    .optional()
    .describe("when the agent last said that it has the request and is at work on it"),
  attempts: z.int().positive().default(1).describe("how often a command was sent at once"),
  dispatcher: z
    .string()
    .describe("Lambda request id: its own retry may send again, another may not"),
});
export type PendingMarker = z.infer<typeof pendingMarkerSchema>;

/** A longer object is no marker. */
export const MARKER_MAX_BYTES = 64 << 10;

/** The marker in an object's text; undefined when invalid. */
export function parseMarker(text: string): PendingMarker | undefined {
  return parseJson(pendingMarkerSchema, text);
}

const PENDING_FOLDER = `${SYSTEM_FOLDER}pending/`;

/** Where pending markers are: those of one job, or all. */
export function pendingFolder(prefix?: string): string {
  return prefix === undefined ? PENDING_FOLDER : `${PENDING_FOLDER}${prefix}/`;
}

/**
 * The key of a pending marker: it exists from the moment a request is sent until it is answered by a
 * state of the agent's. One key per request, so that removing an old one cannot remove a newer one.
 */
export function pendingKey({ prefix, action, submission }: RequestId): string {
  return `${pendingFolder(prefix)}${action}-${submission}.json`;
}

/** The request that a key below the folder is the marker of; undefined for any other key. */
export function requestOfPendingKey(key: string): RequestId | undefined {
  if (!key.startsWith(PENDING_FOLDER)) return undefined;
  const found = /^([^/]+)\/([a-z]+)-([^/]+)\.json$/.exec(key.slice(PENDING_FOLDER.length));
  const [, prefix, action, submission] = found ?? [];
  return requestSchema.safeParse({ prefix, action, submission }).data;
}
