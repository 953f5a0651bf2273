import { Budget, type Owner } from "../flow/budget.ts";
import { SINGLE_PUT_MAX } from "../part-size.ts";
import type { Crowds } from "./crowd.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** Bytes on their way together are to be through in so long, in milliseconds: S3 cuts connections that get nothing for 20 s. */
const DRAIN_MS = 20_000;

/** As many bodies of this size as there may be are through in time on any line: they need not be counted. */
export const TINY = 16 * KiB;

/** As long as nothing is known: through in 2 min at 512 kbit/s. */
const FIRST = 8 * MiB;
const LEAST = 256 * KiB;
/** Beyond it, for owners that have nothing under way: they begin, whatever others wait for. */
const BEYOND = 1 * MiB;
/** More than there are buffers for. */
const MOST = 1024 * MiB;

/** Bodies from this size on take long enough to tell how fast the line is. */
const LARGE = 1024 * KiB;

/** A line may become slower by so many times before its silence counts as an end; and as long as nothing is known. */
const SLACK = 3;
const SLACK_AT_FIRST = 8;

/** A line as it is known. After a silence it is another one: what began before has only its own time. */
export interface KnownLine {
  /** Bytes that may be under way. */
  window: number;
  /** By so many times it may become slower. */
  slack: number;
}

/**
 * How many bytes of bodies are under way at once, on all connections together. The system takes megabytes of each, and does
 * not tell when they are through: of a slow line nothing would be heard for a long time, and each of many connections would
 * get too little of it. It follows how long bodies take: what is under way is to be through in 20 s; one body always may, and
 * as many as bring more together.
 */
export class UploadWindow {
  readonly #elapsed: () => number;
  readonly #budget = new Budget(FIRST, BEYOND);
  #known: KnownLine = { window: FIRST, slack: SLACK_AT_FIRST };
  #underWay = 0;
  /** Bytes of all bodies that have got through. */
  #through = 0;

  /** Large bodies that are under way. */
  #large = 0;
  readonly #crowds: Pick<Crowds, "up" | "parts" | "onChange"> | undefined;

  /**
   * @param elapsed milliseconds by a clock that nobody sets
   * @param crowds undefined: more bring nothing
   */
  constructor(elapsed: () => number, crowds?: Pick<Crowds, "up" | "parts" | "onChange">) {
    this.#elapsed = elapsed;
    this.#crowds = crowds;
  }

  /** The system has taken bytes of a body. */
  moved(bytes: number): void {
    if (this.#crowds?.up.moved(bytes, this.#large)) this.#allow();
  }

  /** Bytes that may be under way. */
  get bytes(): number {
    return this.#known.window;
  }

  /** The line as a body that begins now knows it. */
  get known(): Readonly<KnownLine> {
    return this.#known;
  }

  /** Milliseconds in which what is under way gets through, even if the line is slower than a body knew it. */
  patience({ window, slack }: Readonly<KnownLine> = this.#known): number {
    return (this.#underWay / window) * DRAIN_MS * slack;
  }

  /**
   * Runs a request with a body when it is its owner's turn and there is room.
   *
   * @param isSilence says of a failure whether nothing more was heard
   */
  async run<T>(
    length: number,
    task: () => Promise<T>,
    isSilence: (error: unknown) => boolean,
    owner?: Owner,
  ): Promise<T> {
    const share = await this.#budget.take(length, owner);
    try {
      return await this.count(length, task, isSilence);
    } finally {
      this.#budget.give(share, owner);
    }
  }

  /** The same at once: another thread has seen to it that there is room. */
  async count<T>(
    length: number,
    task: () => Promise<T>,
    isSilence: (error: unknown) => boolean,
  ): Promise<T> {
    this.#underWay += length;
    if (length >= LARGE) this.#large += 1;
    const known = this.#known;
    const before = this.#through;
    const began = this.#elapsed();
    try {
      const done = await task();
      this.#through += length;
      this.#learn(length, this.#through - before, this.#elapsed() - began);
      return done;
    } catch (error) {
      if (isSilence(error) && known === this.#known) this.#forget();
      throw error;
    } finally {
      this.#underWay -= length;
      if (length >= LARGE) this.#large -= 1;
    }
  }

  /** A body took so many milliseconds, in which so many bytes of all bodies got through. */
  #learn(length: number, through: number, ms: number): void {
    const isSlow = ms >= DRAIN_MS;
    // In a short time much may have got through that was almost through before: only the body itself is sure.
    const fits = ((isSlow ? through : length) * DRAIN_MS) / Math.max(ms, 1);
    // Nor does a small one, which took the time of the way there, say that the line is slow.
    if (!isSlow && fits <= this.#known.window) return;
    this.#known.slack = SLACK;
    this.#become(fits);
  }

  /**
   * The line is another one now, if there is one. Nothing was seen of how slow it is: others that are silent are not waited for
   * any longer, as their connections may have died together, and say nothing more of it when they are given up.
   */
  #forget(): void {
    this.#known = { window: this.#known.window, slack: SLACK_AT_FIRST };
    this.#crowds?.up.forget();
    this.#become(Math.min(this.#known.window, FIRST) / 2);
  }

  #become(window: number): void {
    // Whole bytes: fractions would not add up to nothing under way.
    this.#known.window = Math.max(LEAST, Math.round(window));
    const fit = Math.floor(this.#known.window / SINGLE_PUT_MAX);
    const { up, parts } = this.#crowds ?? {};
    if (up) up.base = Math.min(parts ?? 1, Math.max(1, fit));
    this.#allow();
  }

  #allow(): void {
    const { up, onChange } = this.#crowds ?? {};
    const together = up?.isSlow ? up.number * SINGLE_PUT_MAX : 0;
    this.#budget.total = Math.min(MOST, Math.max(this.#known.window, together));
    onChange?.();
  }
}
