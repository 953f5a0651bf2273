/** The words a status object can hold; the first four are the wire format that sites script against. */
export const STATES = [
  "FILE_UPLOAD",
  "JOB_SUBMIT",
  "JOB_COMPLETE",
  "JOB_ERROR",
  "JOB_CANCEL",
] as const;
export type State = (typeof STATES)[number];

/** The states a user writes to ask for something. */
const REQUEST_STATES: ReadonlySet<State> = new Set(["FILE_UPLOAD", "JOB_CANCEL"]);

/** The states a submission ends in. */
export const FINAL_STATES: ReadonlySet<State> = new Set(["JOB_COMPLETE", "JOB_ERROR"]);

const TRANSITIONS: Readonly<Record<State, readonly State[]>> = {
  FILE_UPLOAD: ["JOB_SUBMIT", "JOB_ERROR", "JOB_CANCEL", "JOB_COMPLETE"],
  JOB_SUBMIT: ["JOB_COMPLETE", "JOB_ERROR", "JOB_CANCEL", "FILE_UPLOAD"],
  // JOB_SUBMIT: it was for some tasks, or a signal, and the job goes on.
  JOB_CANCEL: ["JOB_COMPLETE", "JOB_ERROR", "FILE_UPLOAD", "JOB_SUBMIT"],
  JOB_COMPLETE: ["FILE_UPLOAD", "JOB_CANCEL"],
  // JOB_COMPLETE: it was given up while nothing was heard of the Head Node, and has run all the same.
  JOB_ERROR: ["FILE_UPLOAD", "JOB_CANCEL", "JOB_COMPLETE"],
};

/**
 * Whether a status object may go from `from` to `to`; a new one (`from` undefined) begins with a
 * request, or with JOB_ERROR when the request is refused at once.
 */
export function isTransition(from: State | undefined, to: State): boolean {
  if (from === undefined) return REQUEST_STATES.has(to) || to === "JOB_ERROR";
  return TRANSITIONS[from].includes(to);
}

/** A status object longer than this holds no state: the longest word is 12 letters. */
export const STATUS_MAX_BYTES = 4 << 10;

/**
 * The state in a status object's bytes: its first line without white space, CR or a byte order mark.
 * UTF-16 with a byte order mark is read too, since `>` in Windows PowerShell writes that.
 *
 * @returns undefined when the line is no known state
 */
export function parseStatus(bytes: Uint8Array): State | undefined {
  const word = decodeText(bytes.subarray(0, STATUS_MAX_BYTES))
    .split(/\r\n|\r|\n/, 1)[0]
    ?.trim();
  return STATES.find((state) => state === word);
}

/** The bytes of a status object, as a line. */
export function formatStatus(state: State): string {
  return `${state}\n`;
}

function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}
