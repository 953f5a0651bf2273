import { createHash } from "node:crypto";
import * as z from "zod";
import { SYSTEM_FOLDER } from "./objects.ts";
import { parseJson } from "./parse-json.ts";
import { type RequestId, requestSchema } from "./request.ts";
import { ACCOUNT_PATTERN, requesterSchema } from "./requester.ts";

/** A pending marker: what was asked of the Head Node and is not answered yet. */
const pendingMarkerSchema = z.object({
  version: z.literal(1),
  ...requestSchema.shape,
  requestedAt: z.iso.datetime().describe("when the status object was written"),
  requester: requesterSchema.optional(),
  dispatcher: z
    .string()
    .describe("Lambda request id: its own retry may ring again, another may not"),
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
 * The write of a status object that asked: with it in the marker's key, one listing tells all there is to know of a thousand
 * requests, and the agent reads none of their status objects.
 */
const askedSchema = z.object({
  etag: z.string().min(1).max(256).describe("of the status object"),
  time: z.int().nonnegative().describe("when S3 took it, milliseconds since 1970"),
  account: z.string().regex(ACCOUNT_PATTERN).optional().describe("as S3's event reports it"),
  metadata: z.record(z.string(), z.string()).describe("of the status object"),
});
export type Asked = z.infer<typeof askedSchema>;

/** Bytes. Source: Amazon S3 User Guide, "Naming Amazon S3 objects". */
const KEY_MAX_BYTES = 1024;

/**
 * The key of a pending marker. It exists from the moment a request is claimed until the submission has ended. One key for
 * each write of the status object: a duplicate event claims it in vain, and a client that asks once more is heard again.
 *
 * @param asked undefined: a marker as earlier versions wrote it
 */
export function pendingKey({ prefix, action, submission }: RequestId, asked?: Asked): string {
  const beginning = `${pendingFolder(prefix)}${action}-${submission}`;
  if (asked === undefined) return `${beginning}.json`;
  const { etag, time, account, metadata } = asked;
  const text = JSON.stringify([
    etag,
    time,
    account ?? "",
    Object.entries(metadata).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  ]);
  const key = `${beginning}~${Buffer.from(text).toString("base64url")}.json`;
  if (key.length <= KEY_MAX_BYTES) return key;
  // Options for sbatch may be long; then the status object has to be read.
  return `${beginning}~.${createHash("sha256").update(text).digest("hex").slice(0, 32)}.json`;
}

/** The request that a key below the folder is the marker of; undefined for any other key. */
export function requestOfPendingKey(key: string): RequestId | undefined {
  return markerOfKey(key)?.request;
}

/** The request that a marker's key tells of; `asked` is undefined when it does not fit in there. undefined: it is no marker's key. */
export function markerOfKey(
  key: string,
): { request: RequestId; asked: Asked | undefined } | undefined {
  if (!key.startsWith(PENDING_FOLDER)) return undefined;
  const found = /^([^/]+)\/([a-z]+)-([^/~]+)(?:~([\w-]*)(?:\.[0-9a-f]{32})?)?\.json$/.exec(
    key.slice(PENDING_FOLDER.length),
  );
  const [, prefix, action, submission, text] = found ?? [];
  const request = requestSchema.safeParse({ prefix, action, submission }).data;
  return request && { request, asked: text ? askedIn(text) : undefined };
}

const askedTextSchema = z.tuple([
  askedSchema.shape.etag,
  askedSchema.shape.time,
  z.string().regex(ACCOUNT_PATTERN),
  z.array(z.tuple([z.string(), z.string()])),
]);

function askedIn(text: string): Asked | undefined {
  const parsed = parseJson(askedTextSchema, Buffer.from(text, "base64url").toString("utf8"));
  if (!parsed) return undefined;
  const [etag, time, account, metadata] = parsed;
  return {
    etag,
    time,
    ...(account !== "" && { account }),
    metadata: Object.fromEntries(metadata),
  };
}

/**
 * Whether a key is that of a question after a job, which earlier versions asked (`check`). Nobody waits for an answer any more.
 */
export function isQuestionKey(key: string): boolean {
  return (
    key.startsWith(PENDING_FOLDER) &&
    /^[^/]+\/check-[^/]+\.json$/.test(key.slice(PENDING_FOLDER.length))
  );
}
