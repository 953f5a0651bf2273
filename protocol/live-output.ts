import { LIVE_FOLDER } from "./objects.ts";
import { isPrefix } from "./prefix.ts";
import { SUBMISSION_PATTERN } from "./submission.ts";

/** Output streams of a job that Slurm redirects. */
export const STREAMS = ["stdout", "stderr"] as const;
export type Stream = (typeof STREAMS)[number];

/** One output file of a job; `task` is the id within a job array. */
export interface OutputStream {
  stream: Stream;
  task?: number | undefined;
}

/** A live object holds at least so many of the last bytes, if there are as many. */
export const LIVE_TAIL_BYTES = 64 * 1024;

/** A live object holds at most so many bytes. */
export const LIVE_MAX_BYTES = 1024 * 1024;

/** The folder of the live objects of one submission. */
export function liveFolder(prefix: string, submission: string): string {
  return `${LIVE_FOLDER}${prefix}/${submission}/`;
}

/** The key of a live object. It names the submission, so that none is taken for another one's. */
export function liveKey(
  prefix: string,
  submission: string,
  { stream, task }: OutputStream,
): string {
  return `${liveFolder(prefix, submission)}${stream}${task === undefined ? "" : `-${task}`}`;
}

/** Job and stream of a key below LIVE_FOLDER; undefined for any other key. */
export function outputOfLiveKey(
  key: string,
): ({ prefix: string; submission: string } & OutputStream) | undefined {
  if (!key.startsWith(LIVE_FOLDER)) return undefined;
  const found = /^([^/]+)\/([^/]+)\/(stdout|stderr)(?:-(\d{1,10}))?$/.exec(
    key.slice(LIVE_FOLDER.length),
  );
  const [, prefix = "", submission = "", name, task] = found ?? [];
  const stream = STREAMS.find((one) => one === name);
  if (!stream || !isPrefix(prefix) || !SUBMISSION_PATTERN.test(submission)) return undefined;
  return { prefix, submission, stream, ...(task !== undefined && { task: Number(task) }) };
}

/** A run of bytes of a file. */
export interface ByteWindow {
  /** Where it begins. */
  start: number;
  /** Where it ends, exclusive. */
  end: number;
}

/**
 * The bytes of a file of `size` bytes that its next live object holds: the tail; more, when more has come
 * since `reached`, so that who reads every live object misses nothing; but never more than LIVE_MAX_BYTES.
 *
 * @param reached the end of a live object that every reader has had the time to read
 */
export function liveWindow(size: number, reached: number): ByteWindow {
  const wanted = Math.min(reached, size - LIVE_TAIL_BYTES);
  return { start: Math.max(0, wanted, size - LIVE_MAX_BYTES), end: size };
}

/** Metadata key of a live object: where in the file its first byte is. */
const OFFSET_METADATA = "offset";
/** Metadata key of a live object: how many bytes the file had. */
const SIZE_METADATA = "size";

/** The metadata of a live object. */
export function liveMetadata({ start, end }: ByteWindow): Record<string, string> {
  return { [OFFSET_METADATA]: String(start), [SIZE_METADATA]: String(end) };
}

/**
 * Which bytes of the file a live object holds.
 *
 * @param length bytes of the object
 * @returns undefined when the metadata is missing, or does not fit the length
 */
export function parseLiveMetadata(
  metadata: Readonly<Record<string, string>>,
  length: number,
): ByteWindow | undefined {
  const start = wholeNumber(metadata[OFFSET_METADATA]);
  const end = wholeNumber(metadata[SIZE_METADATA]);
  if (start === undefined || end === undefined || end - start !== length) return undefined;
  return { start, end };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
