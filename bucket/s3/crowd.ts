import type { AnswersAhead } from "./answers-ahead.ts";

/** After a change, connections need so long to reach their rate; and so long it is looked at then; milliseconds. */
const SETTLE_MS = 1_000;
const LOOK_MS = 1_000;
/** Between one request and the next there may be fewer for so long. */
const GAP_MS = 300;
/** Fewer pieces say nothing of a rate. */
const PIECES_LEAST = 4;

/** Twice as many are worth it when this much more gets through. */
const GAIN = 1.2;
/** Half as many are enough when no less gets through than this. */
const LOSS = 0.92;
/** Between two trials that brought nothing, milliseconds. */
const QUIET_MS = 15_000;

/** Connections that take so many times as long to make as the quickest did wait in a queue: the line is full. */
const QUEUEING = 3;
/** For so many milliseconds at least. */
const QUEUE_MS = 50;

interface Trial {
  /** How many were under way before, and how much got through in a millisecond. */
  number: number;
  rate: number;
}

/**
 * How many large requests a line is filled by. A connection on which packets are lost carries little, however fast the line
 * is: then twice as many carry twice as much. It tries more while that brings more, and fewer now and then; not when the line
 * is full, as new connections tell: what they would bring is taken from others.
 */
export class Crowd {
  readonly #elapsed: () => number;
  #most: number;
  #base: number;
  #number: number;
  /** undefined: the number was found, and nothing is tried. */
  #trial: Trial | undefined;
  #quietUntil = 0;
  /** Whether the last trial was one of fewer. */
  #wasFewer = false;
  /** When all that may be under way were so; when the look at them began; and what got through since. */
  #full: number | undefined;
  #lookedAt: number | undefined;
  /** Since when fewer are under way. */
  #fewerSince: number | undefined;
  #bytes = 0;
  #pieces = 0;
  /** The quickest connection, and the quickest in this trial; milliseconds. */
  #least = Number.POSITIVE_INFINITY;
  #lately = Number.POSITIVE_INFINITY;

  /**
   * @param elapsed milliseconds by a clock that nobody sets
   * @param base how many there are without a trial
   */
  constructor(elapsed: () => number, base: number, most: number) {
    this.#elapsed = elapsed;
    this.#base = base;
    this.#number = base;
    this.#most = most;
  }

  /** How many may ever be under way. */
  get most(): number {
    return this.#most;
  }

  /** How many may be under way. */
  get number(): number {
    return this.#number;
  }

  /** Whether more are under way than without a trial: what one carries is no matter of this machine. */
  get isSlow(): boolean {
    return this.#number > this.#base;
  }

  /** How many there are without a trial, from now on; what trials have found stays. */
  set base(base: number) {
    if (base === this.#base) return;
    const wasFound = this.#number > this.#base && this.#number > base;
    this.#base = base;
    if (!wasFound) this.#become(base, undefined);
  }

  /** Nothing is tried, and no more are under way than this. */
  bound(most: number): void {
    this.#most = most;
    this.#base = Math.min(this.#base, most);
    this.#become(Math.min(this.#number, most), undefined);
  }

  /** The line is another one now, if there is one. */
  forget(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#become(this.#base, undefined);
  }

  /** A connection was made, in so many milliseconds. */
  connected(ms: number): void {
    this.#least = Math.min(this.#least, ms);
    this.#lately = Math.min(this.#lately, ms);
  }

  /**
   * Bytes got through, while so many requests are under way.
   *
   * @returns whether another number may be under way now
   */
  moved(bytes: number, underWay: number): boolean {
    const before = this.#number;
    const now = this.#elapsed();
    if (underWay >= this.#number) this.#fewerSince = undefined;
    else this.#fewerSince ??= now;
    if (now - (this.#fewerSince ?? now) > GAP_MS) this.#full = undefined;
    else if (this.#full === undefined) {
      if (underWay >= this.#number) this.#begin(now);
    } else if (this.#lookedAt !== undefined) this.#look(bytes, now);
    else if (now - this.#full >= SETTLE_MS) this.#lookedAt = now;
    return this.#number !== before;
  }

  #begin(now: number): void {
    this.#full = now;
    this.#lookedAt = undefined;
    this.#bytes = 0;
    this.#pieces = 0;
  }

  #look(bytes: number, now: number): void {
    this.#bytes += bytes;
    this.#pieces += 1;
    const ms = now - (this.#lookedAt ?? now);
    if (ms < LOOK_MS || this.#pieces < Math.max(PIECES_LEAST, this.#number)) return;
    const rate = this.#bytes / ms;
    if (this.#trial) this.#judge(this.#trial, rate, now);
    else if (now >= this.#quietUntil) this.#try(rate, now);
    else this.#begin(now);
  }

  #judge({ number, rate: before }: Trial, rate: number, now: number): void {
    const isMore = this.#number > number;
    const isWorth = isMore ? rate >= before * GAIN && !this.#isFull : rate >= before * LOSS;
    if (isWorth && isMore) return this.#try(rate, now);
    this.#quietUntil = now + QUIET_MS;
    // Half as many do as well: they stay.
    return this.#become(isWorth ? this.#number : number, undefined);
  }

  #try(rate: number, now: number): void {
    const { number } = this.#trial ?? { number: 0 };
    const isClimbing = number > 0;
    const more = Math.min(this.#most, this.#number * 2);
    const fewer = Math.max(this.#base, Math.floor(this.#number / 2));
    // Trials go both ways in turn, once there is something to go back to.
    const next = isClimbing || fewer === this.#number || this.#wasFewer ? more : fewer;
    this.#wasFewer = next < this.#number;
    if (next === this.#number) {
      this.#quietUntil = now + QUIET_MS;
      this.#become(next, undefined);
    } else this.#become(next, { number: this.#number, rate });
  }

  /** Whether the quickest new connection waited for what else is on the line. */
  get #isFull(): boolean {
    if (!Number.isFinite(this.#lately)) return false;
    return this.#lately > Math.max(this.#least * QUEUEING, this.#least + QUEUE_MS);
  }

  #become(number: number, trial: Trial | undefined): void {
    this.#number = number;
    this.#trial = trial;
    this.#full = undefined;
    this.#fewerSince = undefined;
    this.#lately = Number.POSITIVE_INFINITY;
  }
}

/** How many large requests are under way each way. */
export interface Crowds {
  up: Crowd;
  down: Crowd;
  /** Those down that are asked for beyond the others, since answers take their time. */
  ahead: AnswersAhead;
  /** As many as fast lines have under way. */
  parts: number;
  /** Called when another number of them may be under way. */
  onChange: () => void;
  /** Large answers that are under way. */
  answers: () => number;
}
