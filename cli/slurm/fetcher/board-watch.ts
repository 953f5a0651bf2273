import { isDeepStrictEqual } from "node:util";
import { backOff } from "../../../bucket/flow/back-off.ts";
import { mapBounded } from "../../../bucket/flow/each-bounded.ts";
import { type BoardObject, readBoard } from "../../../bucket/job-objects/board.ts";
import type { BoardJob } from "../../../protocol/board.ts";
import type { Context } from "../../context.ts";
import { isDenied } from "../../errors/aws-error.ts";
import { askAlone } from "../ask-alone.ts";
import type { JobFile } from "../job-file.ts";
import { hasEnded } from "../standing.ts";

/** Time between two looks at a board of which nothing is expected soon. */
const QUIET = { firstMs: 1_000, maxMs: 15_000, factor: 1.3 };
/** The same while something may happen any moment. */
const SOON_MS = 1_000;
/** So long a job is young. */
const YOUNG_MS = 120_000;
/** So long a job may not be on a board yet, or still as it was before: then the bucket is asked for it by itself, */
const MISSING_MS = 30_000;
/** so often at most, */
const ALONE_MS = 15_000;
/** and for so many at a time. */
const ALONE_AT_ONCE = 4;

/** Looks at boards, and says how the jobs on them stand. */
export class BoardWatch {
  readonly #context: Pick<Context, "store" | "now">;
  readonly #known = new Map<string, BoardObject>();
  /** When a job was asked for by itself, by submission. */
  readonly #alone = new Map<string, number>();
  #quiet = 0;

  constructor(context: Pick<Context, "store" | "now">) {
    this.#context = context;
  }

  /**
   * Looks once: one request for each board, and two for each job that is missing on it.
   *
   * @returns what is another than in the files, by submission
   */
  async look(files: readonly JobFile[]): Promise<Map<string, BoardJob>> {
    const changed = new Map<string, BoardJob>();
    for (const board of new Set(files.map((file) => file.board))) {
      const own = files.filter((file) => file.board === board);
      const jobs = await this.#read(board);
      const missing: JobFile[] = [];
      for (const file of own) {
        const job = jobs.get(file.submission);
        if (!job) missing.push(file);
        else if (!isDeepStrictEqual(job, file.last)) changed.set(file.submission, job);
      }
      for (const [submission, job] of await this.#readAlone(missing))
        if (!isDeepStrictEqual(job, own.find((file) => file.submission === submission)?.last))
          changed.set(submission, job);
    }
    this.#quiet = changed.size > 0 ? 0 : this.#quiet + 1;
    return changed;
  }

  /** Milliseconds until the next look. */
  pauseMs(files: readonly JobFile[]): number {
    const now = this.#context.now().getTime();
    const isSoon = files.some(
      ({ submittedAt, last }) =>
        now - Date.parse(submittedAt) < YOUNG_MS ||
        (last && !last.final && (hasEnded(last) || last.state === "COMPLETING")),
    );
    return isSoon ? SOON_MS : backOff(QUIET, this.#quiet);
  }

  /** Somebody looks: what they are shown is to be new. */
  hurry(): void {
    this.#quiet = 0;
  }

  async #read(board: string): Promise<Map<string, BoardJob>> {
    const known = this.#known.get(board);
    const read = await readBoard(this.#context.store, board, known?.etag).catch(
      (error: unknown) => {
        // Then all are asked for by themselves.
        if (isDenied(error)) return undefined;
        throw error;
      },
    );
    const now = read === "unchanged" ? known : read;
    if (now) this.#known.set(board, now);
    else this.#known.delete(board);
    return new Map(now?.board.jobs.map((job) => [job.submission, job]));
  }

  async #readAlone(missing: readonly JobFile[]): Promise<Map<string, BoardJob>> {
    const now = this.#context.now().getTime();
    const due = missing.filter(
      ({ submission, submittedAt }) =>
        now - Date.parse(submittedAt) >= MISSING_MS &&
        now - (this.#alone.get(submission) ?? 0) >= ALONE_MS,
    );
    const found = new Map<string, BoardJob>();
    await mapBounded(due, ALONE_AT_ONCE, async (file) => {
      this.#alone.set(file.submission, now);
      const job = await askAlone(this.#context.store, file);
      if (job) found.set(file.submission, job);
    });
    return found;
  }
}
