import { type BackOff, backOff } from "../../bucket/flow/back-off.ts";
import { Budget } from "../../bucket/flow/budget.ts";
import { readBoard, writeBoard } from "../../bucket/job-objects/board.ts";
import type { ReadStore } from "../../bucket/job-objects/read-object.ts";
import type { ObjectWriter } from "../../bucket/object-store.ts";
import { messageOf } from "../../protocol/error.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";
import type { Slurm } from "../slurm/slurm.ts";
import { BoardLooks } from "./board-looks.ts";
import { BoardState } from "./board-state.ts";
import { isInSlurm } from "./standing.ts";

/** Boards that are read or written at a time. */
const BOARDS_AT_ONCE = 4;

/** Boards of which nothing is to be told that stay in memory, so that their objects are not read again. */
const IDLE_MAX = 16;

/** Submissions that stay in memory for their boards' sake: where boards can never be written, all would. */
const ENDED_MAX = 10_000;

/** While S3 fails, boards are tried again so slowly. */
const RETRY: BackOff = { firstMs: 1000, maxMs: 60_000, jitter: 0.5 };

export interface BoardOptions {
  /** Without retries: a board that is late is worth nothing. */
  store: ReadStore & ObjectWriter;
  journal: Pick<Journal, "note">;
  slurm: Pick<Slurm, "jobs" | "forgetsAfterMs">;
  workRoot: string;
  home: string;
  /** Has a job looked at: Slurm shows something of it that its entry does not tell. */
  look: (entry: JobEntry) => void;
  log: Log;
  now: () => Date;
  random: () => number;
  /** Milliseconds from one write of a board to its next. */
  everyMs: number;
  /** Milliseconds from one look at Slurm to the next, while a job on a board is in Slurm. */
  lookMs: number;
  endedMax?: number;
}

interface Turn {
  board: BoardState;
  timer: NodeJS.Timeout | undefined;
  isWriting: boolean;
  isChanged: boolean;
  /** When it may be written again, by the process's clock. */
  notBefore: number;
  failures: number;
}

/**
 * Keeps the boards in the bucket: what Slurm shows of the jobs of one user, in one object. No step of a job waits for it, and
 * its failures fail nothing else. The journal keeps a submission until its end is on its board.
 */
export class BoardWriter {
  readonly #options: BoardOptions;
  readonly #turns = new Map<string, Turn>();
  readonly #slots = new Budget(BOARDS_AT_ONCE);
  readonly #looks: BoardLooks;
  #stopped = false;

  constructor(options: BoardOptions) {
    this.#options = options;
    this.#looks = new BoardLooks({
      ...options,
      boards: () => [...this.#turns.values()].map(({ board }) => board),
      onLook: (board) => this.#changed(board.id),
    });
  }

  /** Notes how a submission is; called with each change of its entry. One without a board costs nothing. */
  see(entry: JobEntry): void {
    const { board: id } = entry;
    if (id === undefined || this.#stopped) return;
    const turn = this.#turns.get(id) ?? newTurn(id);
    this.#turns.set(id, turn);
    turn.board.entries.set(entry.submission, entry);
    this.#changed(id);
    if (isInSlurm(entry)) this.#looks.schedule();
  }

  /** Begins nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#looks.stop();
    for (const { timer } of this.#turns.values()) clearTimeout(timer);
  }

  #changed(id: string): void {
    const turn = this.#turns.get(id);
    if (!turn || this.#stopped) return;
    turn.isChanged = true;
    if (turn.timer !== undefined || turn.isWriting) return;
    const wait = Math.max(0, turn.notBefore - performance.now());
    turn.timer = setTimeout(() => {
      turn.timer = undefined;
      void this.#write(turn);
    }, wait);
  }

  async #write(turn: Turn): Promise<void> {
    const { everyMs, log, random } = this.#options;
    turn.isWriting = true;
    let waitMs = everyMs;
    try {
      await this.#slots.spend(1, () => this.#put(turn));
      turn.failures = 0;
    } catch (error) {
      waitMs = Math.max(everyMs, backOff(RETRY, turn.failures++, random()));
      turn.isChanged = true;
      log("warn", "a board is left for later", { error: messageOf(error), waitMs });
      await this.#giveUp();
    }
    turn.isWriting = false;
    turn.notBefore = performance.now() + waitMs;
    if (turn.isChanged) this.#changed(turn.board.id);
    else this.#forgetIdle();
  }

  async #put(turn: Turn): Promise<void> {
    const { store, now } = this.#options;
    const { board } = turn;
    if (this.#stopped) return;
    if (!board.isRead) {
      const read = await readBoard(store, board.id);
      board.take(read && read !== "unchanged" ? read.board.jobs : []);
    }
    turn.isChanged = false;
    // No await between this look and the request: what ends meanwhile is told by the next one.
    const over = [...board.entries.values()].filter(({ phase }) => phase === "done");
    const news = board.news(now());
    if (news) {
      await writeBoard(store, board.id, { time: now().toISOString(), jobs: news.jobs });
      board.wrote(news.text);
    }
    await Promise.all(over.map((entry) => this.#release(board, entry)));
  }

  /** The end of a submission is told: the journal may put it aside. */
  async #release(board: BoardState, entry: JobEntry): Promise<void> {
    board.entries.delete(entry.submission);
    await this.#options.journal.note(entry, () => ({ board: undefined, array: undefined }));
  }

  /** Lets go of the submissions that ended first, so that the others have room. */
  async #giveUp(): Promise<void> {
    const { log, endedMax = ENDED_MAX } = this.#options;
    const ended = [...this.#turns.values()].flatMap(({ board }) =>
      [...board.entries.values()]
        .filter(({ phase }) => phase === "done")
        .map((entry) => ({ board, entry, at: entry.times.final ?? "" })),
    );
    const over = ended.length - endedMax;
    if (over <= 0) return;
    log("warn", "the ends of submissions were never told on their boards", { submissions: over });
    const first = ended.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
    for (const { board, entry } of first.slice(0, over)) await this.#release(board, entry);
  }

  #forgetIdle(): void {
    const idle = [...this.#turns.values()].filter(
      ({ board, isChanged, isWriting }) => board.entries.size === 0 && !isChanged && !isWriting,
    );
    const oldest = idle.toSorted((a, b) => a.notBefore - b.notBefore);
    for (const { board } of oldest.slice(0, Math.max(0, idle.length - IDLE_MAX)))
      this.#turns.delete(board.id);
  }
}

function newTurn(id: string): Turn {
  return {
    board: new BoardState(id),
    timer: undefined,
    isWriting: false,
    isChanged: false,
    notBefore: 0,
    failures: 0,
  };
}
