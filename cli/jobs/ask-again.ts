import { type StatusObject, writeStatus } from "../../bucket/job-objects/status.ts";
import type { ObjectWriter } from "../../bucket/object-store.ts";
import { messageOf } from "../../protocol/error.ts";
import type { State } from "../../protocol/state.ts";
import { CANCELS_METADATA, givenSubmission } from "../../protocol/submission.ts";
import type { Say } from "../messages/say.ts";

/** Ages of a request, in milliseconds, at which it is asked for once more. */
const AGES_MS = [2 * 60_000, 10 * 60_000, 60 * 60_000];

/** How a request without an answer was asked for once more. */
export type AskedAgain = {
  prefix: string;
  state: State;
  /** Milliseconds that the request has had no answer. */
  ageMs: number;
} & ({ how: "written" } | { how: "nameless" } | { how: "failed"; why: string });

/** A request as it was first seen. */
interface Request {
  name: string;
  /** Milliseconds since 1970, by this machine's clock. */
  seen: number;
  /** When it was written; undefined: S3 does not say. */
  written: number | undefined;
  /** The ages that are over with: somebody has asked, or tried to. */
  done: number;
}

/**
 * Asks once more for a job's run or cancellation that has had no answer: the event that S3 has sent may be lost. The
 * same status object is written again, so that S3 sends another; the submission's id stays the same. Anyone's
 * write counts, so that many who wait do not write more than one.
 */
export class AskAgain {
  readonly #store: ObjectWriter;
  readonly #prefix: string;
  readonly #now: () => number;
  #request: Request | undefined;
  #isNoted = false;

  /** @param now milliseconds since 1970; used where S3 does not tell the time */
  constructor(store: ObjectWriter, prefix: string, now: () => number) {
    this.#store = store;
    this.#prefix = prefix;
    this.#now = now;
  }

  /**
   * Asks once more if the status object is due for it: at most one request. A failure is no error, and told once.
   *
   * @returns undefined: there is nothing to tell
   */
  async ask(status: StatusObject): Promise<AskedAgain | undefined> {
    const { state, metadata, etag: ifMatch } = status;
    const name = requestName(status);
    if (state === undefined || name === undefined) {
      this.#request = undefined;
      return undefined;
    }
    const now = this.#now();
    const written = status.lastModified?.getTime();
    if (this.#request?.name !== name) this.#request = { name, seen: now, written, done: 0 };
    const request = this.#request;
    const ageMs = ageOf(request, status.answered?.getTime(), now);
    const asked = reached((written ?? 0) - (request.written ?? written ?? 0));
    const due = reached(ageMs);
    if (due <= Math.max(request.done, asked)) return undefined;
    request.done = due;
    const about = { prefix: this.#prefix, state, ageMs };
    // Without the id in its metadata, each write is a submission of its own.
    if (state === "FILE_UPLOAD" && givenSubmission(metadata) === undefined)
      return this.#once({ ...about, how: "nameless" });
    try {
      const isWritten = await writeStatus(this.#store, this.#prefix, state, {
        ifMatch,
        metadata: { ...metadata },
      });
      return isWritten ? { ...about, how: "written" } : undefined;
    } catch (error) {
      return this.#once({ ...about, how: "failed", why: messageOf(error) });
    }
  }

  #once(asked: AskedAgain): AskedAgain | undefined {
    if (this.#isNoted) return undefined;
    this.#isNoted = true;
    return asked;
  }
}

/** Tells one request from another whoever writes it again; undefined: the state is none, or has no reader. */
function requestName({ state, submission, metadata, isResult }: StatusObject): string | undefined {
  if (isResult) return undefined;
  if (state === "FILE_UPLOAD") return `${state} ${submission}`;
  if (state === "JOB_CANCEL") return `${state} ${metadata[CANCELS_METADATA] ?? ""}`;
  return undefined;
}

/** By S3's clock where it tells the time, else by this machine's, which may be wrong: then the time of looking counts. */
function ageOf({ written, seen }: Request, answered: number | undefined, now: number): number {
  if (written !== undefined && answered !== undefined) return answered - written;
  return Math.max(now - seen, written === undefined ? 0 : now - written);
}

/** How many of the ages a time has reached. */
function reached(ms: number): number {
  return AGES_MS.filter((age) => age <= ms).length;
}

/** The line that tells of it. */
export function askedLine(say: Say, asked: AskedAgain): string {
  const { prefix, state } = asked;
  const about = { prefix, state, minutes: Math.floor(asked.ageMs / 60_000) };
  if (asked.how === "written") return say("again.written", about);
  if (asked.how === "nameless") return say("again.nameless", about);
  return say("again.failed", { ...about, why: asked.why });
}
