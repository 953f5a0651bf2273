import type { BoardJob } from "../../../protocol/board.ts";
import type { TransferSummary } from "../../../transfer/summary.ts";
import type { Context } from "../../context.ts";
import type { JobFile } from "../job-file.ts";
import { standingOf } from "../standing.ts";
import { failureLine, leftOutLine, remarkLine } from "./result-lines.ts";
import { Tries } from "./tries.ts";
import type { WaitingFiles } from "./waiting-files.ts";
import type { Wake } from "./wake.ts";

/** Results that are brought at a time. */
const JOBS_AT_ONCE = 4;
/** So long after the last work the fetcher ends. */
const IDLE_MS = 30_000;
/** Between two looks at the files where nothing rings. */
const TICK_MS = 2_000;

/** Ports of the fetcher. */
export interface FetcherPorts {
  context: Pick<Context, "now" | "say">;
  files: Pick<WaitingFiles, "list" | "of" | "update">;
  boards: {
    look: (files: readonly JobFile[]) => Promise<Map<string, BoardJob>>;
    pauseMs: (files: readonly JobFile[]) => number;
    hurry: () => void;
  };
  /** Closes an open job. */
  close: (file: JobFile) => Promise<void>;
  /** Brings the results of a job whose final state is in the bucket. */
  bring: (file: JobFile) => Promise<TransferSummary>;
  /** Goes on with what commands had begun that were ended; tells whether something of theirs is left. */
  goOn: () => Promise<boolean>;
  wake: Pick<Wake, "wait" | "ring">;
  /** The login session that has begun it is over. */
  isSessionOver: () => boolean;
  /** Told to end. */
  stop: AbortSignal;
  /** Called when nothing is under way, and nothing waits. */
  onIdle?: () => void;
  log: (line: string) => void;
}

/**
 * Closes open jobs, follows all jobs on their boards, and brings the results of those that have ended. Each job is worked
 * on by itself: one that fails, or takes long, holds no other up.
 */
export class Fetcher {
  readonly #ports: FetcherPorts;
  readonly #closing = new Map<string, Promise<void>>();
  readonly #bringing = new Map<string, Promise<void>>();
  readonly #tries = new Tries();
  #nextLook = 0;
  #lastFailure = "";

  constructor(ports: FetcherPorts) {
    this.#ports = ports;
  }

  /**
   * Works until nothing has been left for a while, or it is told to end. When the session is over, it does what can be done
   * at once, after one look at least.
   */
  async run(): Promise<void> {
    const { files, wake, stop, isSessionOver } = this.#ports;
    stop.addEventListener("abort", () => wake.ring());
    let idleSince = this.#now();
    for (let round = 0; !stop.aborted; round++) {
      const isOver = isSessionOver();
      const isMoreToCome = await this.#goOn();
      const waiting = await files.list();
      for (const file of waiting) if (file.isOpen) this.#close(file);
      if (!isOver || round === 0)
        await this.#look(waiting.filter(({ results }) => results === "waiting"));
      this.#bringSome(waiting);
      const isBusy = this.#closing.size + this.#bringing.size > 0;
      if (isOver && !isBusy) return;
      if (waiting.length > 0 || isBusy || isMoreToCome) idleSince = this.#now();
      else this.#ports.onIdle?.();
      if (this.#now() - idleSince >= IDLE_MS) return;
      if (await wake.wait(this.#pauseMs())) {
        this.#ports.boards.hurry();
        this.#nextLook = 0;
      }
    }
  }

  /** Work under way: to be awaited before the process ends, where there is time. */
  async rest(): Promise<void> {
    await Promise.all([...this.#closing.values(), ...this.#bringing.values()]);
  }

  #now(): number {
    return this.#ports.context.now().getTime();
  }

  async #goOn(): Promise<boolean> {
    try {
      return await this.#ports.goOn();
    } catch (error) {
      this.#ports.log(failureLine(this.#ports.context.say, error));
      return true;
    }
  }

  #pauseMs(): number {
    const untilLook = this.#nextLook - this.#now();
    return Math.max(50, Math.min(TICK_MS, untilLook > 0 ? untilLook : TICK_MS));
  }

  #close(file: JobFile): void {
    const { submission, last } = file;
    const { files, close, wake } = this.#ports;
    const key = `close ${submission}`;
    if (this.#closing.has(submission) || !this.#tries.isDue(key, this.#now())) return;
    const hasBegun = last !== undefined && standingOf(file).kind !== "cloud";
    const work = async () => {
      try {
        if (!hasBegun) await close(file);
        this.#tries.done(key);
        await files.update(submission, { isOpen: false });
      } catch (error) {
        const goesOn = this.#tries.goesOn(key, error, this.#now());
        this.#tell(file, error);
        if (!goesOn) await files.update(submission, { isOpen: false });
      } finally {
        this.#closing.delete(submission);
        wake.ring();
      }
    };
    this.#closing.set(
      submission,
      work().catch((error: unknown) => this.#tell(file, error)),
    );
  }

  /** Looks at the boards when it is time to. */
  async #look(waiting: readonly JobFile[]): Promise<void> {
    const { boards, files, context } = this.#ports;
    if (waiting.length === 0 || this.#now() < this.#nextLook) return;
    try {
      const changed = await boards.look(waiting);
      const lastAt = context.now().toISOString();
      for (const [submission, last] of changed) await files.update(submission, { last, lastAt });
      this.#lastFailure = "";
    } catch (error) {
      const line = failureLine(context.say, error);
      if (line !== this.#lastFailure) this.#ports.log(line);
      this.#lastFailure = line;
    }
    this.#nextLook = this.#now() + boards.pauseMs(waiting);
  }

  /** Begins with the jobs that ended first. */
  #bringSome(waiting: readonly JobFile[]): void {
    const isDue = ({ results, last, submission }: JobFile) =>
      results === "waiting" &&
      last?.final === true &&
      !this.#bringing.has(submission) &&
      this.#tries.isDue(submission, this.#now());
    const due = waiting
      .flatMap(({ submission }) => this.#ports.files.of(submission) ?? [])
      .filter(isDue)
      .toSorted((a, b) => ((a.last?.endedAt ?? "") < (b.last?.endedAt ?? "") ? -1 : 1));
    for (const file of due.slice(0, JOBS_AT_ONCE - this.#bringing.size)) this.#bring(file);
  }

  #bring(file: JobFile): void {
    const { submission } = file;
    const { wake } = this.#ports;
    const work = async () => {
      try {
        await this.#settle(file);
      } finally {
        this.#bringing.delete(submission);
        wake.ring();
      }
    };
    this.#bringing.set(
      submission,
      work().catch((error: unknown) => this.#tell(file, error)),
    );
  }

  async #settle(file: JobFile): Promise<void> {
    const { files, bring, context } = this.#ports;
    const { submission } = file;
    const settled = (changes: Partial<JobFile>) =>
      files.update(submission, { ...changes, resultsAt: context.now().toISOString() });
    try {
      const summary = await bring(file);
      const leftOut = leftOutLine(context.say, summary);
      const remark = leftOut ?? remarkLine(context.say, summary);
      await settled({
        results: leftOut === undefined ? "fetched" : "failed",
        ...(remark !== undefined && { resultsError: remark }),
      });
      this.#tries.done(submission);
    } catch (error) {
      this.#tell(file, error);
      if (this.#tries.goesOn(submission, error, this.#now())) return;
      await settled({ results: "failed", resultsError: failureLine(context.say, error) });
      this.#tries.done(submission);
    }
  }

  #tell({ id }: JobFile, error: unknown): void {
    this.#ports.log(`job ${id}: ${failureLine(this.#ports.context.say, error)}`);
  }
}
