import { Budget } from "../flow/budget.ts";
import type { Limits } from "../machine.ts";
import { AnswersAhead } from "./answers-ahead.ts";
import { Crowd, type Crowds } from "./crowd.ts";
import { RANGE } from "./partial-file.ts";
import type { RequestLimit } from "./request-limit.ts";

const MiB = 1024 * 1024;

/** Parts go through buffers of this size; larger ones are read twice. */
const WINDOW = 8 * MiB;
/** The same where the line, and not this machine, is slow: many parts need no more memory than a few. */
const WINDOW_SLOW = 2 * MiB;

/** How many parts and ranges of large files one client has under way. */
export class LargeTransfers {
  /** Parts that hold a buffer: small files must find one, too. */
  readonly partSlots: Budget;
  /** Ranges that are under way: they hold none. */
  readonly rangeSlots: Budget;
  readonly crowds: Crowds;
  readonly #parts: number;
  #limit: RequestLimit | undefined;
  #small: RequestLimit | undefined;

  /** @param elapsed milliseconds by a clock that nobody sets */
  constructor(
    elapsed: () => number,
    { parts, partsMost, beyond }: Pick<Limits, "parts" | "partsMost" | "beyond">,
  ) {
    // Of an upload nothing is known before one body, or a trial, tells how fast the line is.
    const up = new Crowd(elapsed, 1, partsMost);
    const down = new Crowd(elapsed, parts, partsMost);
    this.#parts = parts;
    this.rangeSlots = new Budget(parts, beyond.parts);
    this.partSlots = new Budget(parts, beyond.parts);
    this.crowds = {
      up,
      down,
      ahead: new AnswersAhead(elapsed, RANGE),
      parts,
      answers: () => this.rangeSlots.inUse,
      onChange: () => this.#settle(),
    };
    this.#settle();
  }

  /** Bytes of the buffer for a part that is begun now. */
  get window(): number {
    return this.crowds.up.isSlow ? WINDOW_SLOW : WINDOW;
  }

  /**
   * @param limits that of large requests follows from now on; that of small ones tells how long an answer takes
   * @param most undefined: trials decide
   */
  govern(
    { small, large }: Readonly<Record<"small" | "large", RequestLimit>>,
    most: number | undefined,
  ): void {
    this.#limit = large;
    this.#small = small;
    if (most !== undefined) for (const one of [this.crowds.up, this.crowds.down]) one.bound(most);
    this.#settle();
  }

  #settle(): void {
    const { up, down, ahead } = this.crowds;
    const ranges = Math.min(down.most, down.number + ahead.piecesIn(this.#small?.least));
    // One more has its buffer while the first is sent.
    this.partSlots.total = Math.max(up.number, Math.min(this.#parts, up.number + 1));
    this.rangeSlots.total = ranges;
    this.#limit?.settle(Math.max(up.number, ranges));
  }
}
