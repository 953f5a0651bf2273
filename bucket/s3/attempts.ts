import type { Line } from "./line.ts";
import { isBusy, isOutage, isTransient, retryDelay } from "./retry.ts";

export interface AttemptRules {
  /** Attempts at one request. */
  attempts: number;
  /** Whether attempts that met an outage do not count: then its length decides; and busy servers have time besides attempts. */
  ridesOut: boolean;
}

export interface AttemptPorts {
  line: Line;
  now: () => number;
  /** Milliseconds by a clock that nobody sets. */
  elapsed: () => number;
  sleep: (ms: number) => Promise<unknown>;
  /** 0 to 1 */
  random: () => number;
}

/** A request that fails while others get through, or S3 is busy, is tried for so long, in milliseconds, besides its attempts. */
const FLAPPING_MS = 60_000;

/** Requests of this process that have failed. */
let failed = 0;

/** The attempts at one request that has failed: whether there is another, and when. */
export class Attempts {
  /**
   * Of those that are tried again, the one that failed first goes first. Where there is room for few, what fails each time is
   * given up as soon as one of them has had its attempts, and not after all have had nearly all of theirs.
   */
  readonly rank = ++failed;
  readonly #ports: AttemptPorts;
  readonly #rules: AttemptRules;
  #number = 1;
  #counted = 0;
  /** Bytes that had come when this request met an outage last. */
  #bytes: number | undefined;
  /** When it first failed for want of S3. */
  #firstMet: number | undefined;

  constructor(ports: AttemptPorts, rules: AttemptRules) {
    this.#ports = ports;
    this.#rules = rules;
  }

  /**
   * Waits until the next attempt is due.
   *
   * @throws the error itself when there is none; S3Error of an outage that has taken too long
   */
  async next(error: unknown): Promise<void> {
    if (!isTransient(error)) throw error;
    const { now, sleep, random } = this.#ports;
    const isRidden = isOutage(error) && this.#rules.ridesOut;
    if (isOutage(error)) this.#ports.line.failed(error);
    if (!isRidden || this.#othersGotThrough()) this.#counted += 1;
    const { givenUp } = this.#ports.line;
    if (isRidden && givenUp) throw givenUp;
    const hasTime = this.#rules.ridesOut && (isRidden || isBusy(error)) && !this.#isLong();
    if (!hasTime && this.#counted >= this.#rules.attempts) throw error;
    const pause = { isRidden, now: now(), random: random() };
    await sleep(retryDelay(error, this.#number, pause));
    this.#number += 1;
  }

  /** Whether anything has come from S3 since this was asked last. */
  #othersGotThrough(): boolean {
    const { bytes } = this.#ports.line;
    const before = this.#bytes;
    this.#bytes = bytes;
    return before !== bytes;
  }

  /** Whether this request has failed for so long that its attempts alone decide. */
  #isLong(): boolean {
    const now = this.#ports.elapsed();
    this.#firstMet ??= now;
    return now - this.#firstMet >= FLAPPING_MS;
  }
}
