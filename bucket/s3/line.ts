import type { Crowds } from "./crowd.ts";
import { S3Error } from "./s3-error.ts";
import { UploadWindow } from "./upload-window.ts";

/** How long an outage is ridden out, in milliseconds: longer than a router or a VPN takes to come back. */
const PATIENCE_MS = 90_000;
/** The same when nothing has ever come from S3: then the endpoint, or the way there, may be set wrong. */
const PATIENCE_AT_FIRST_MS = 20_000;
/** The same for a name that nobody knows; some systems say this when they have no network, too. */
const PATIENCE_UNKNOWN_NAME_MS = 5_000;

/** An outage that was told of so lately is not looked into by each request of a crowd again. */
const FRESH_MS = 5_000;

/** Shorter ones are not worth a word. */
const NOTICED_MS = 1_000;

/** A time in which nothing comes from S3, on any connection, and requests fail. */
export interface Outage {
  /** Milliseconds since it began. */
  ms: number;
  /** Words of Node.js or the system, in English. */
  reason: string;
}

/** Called again and again while there is an outage; with undefined once it is over. */
export type OutageListener = (outage: Outage | undefined) => void;

/** The line to S3, as far as all connections together know it. */
export class Line {
  readonly uploads: UploadWindow;
  readonly #elapsed: () => number;
  readonly #onOutage: OutageListener;
  readonly #crowds: Crowds | undefined;
  #bytes = 0;
  #outage: { since: number; failedAt: number; error: S3Error } | undefined;
  #isTold = false;
  /** Errors of `givenUp`: they tell of an outage, and are none. */
  readonly #ends = new WeakSet<S3Error>();

  /** @param elapsed milliseconds by a clock that nobody sets */
  constructor(
    elapsed: () => number = () => performance.now(),
    onOutage: OutageListener = () => {},
    crowds?: Crowds,
  ) {
    this.uploads = new UploadWindow(elapsed, crowds);
    this.#crowds = crowds;
    this.#elapsed = elapsed;
    this.#onOutage = onOutage;
  }

  /** Bytes that have come from S3: as long as they grow, the line is up. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * For something that waits: whether anything has come since this was asked last.
   *
   * @param times how often it says so at the most
   */
  movement(times = 3): () => boolean {
    let [before, left] = [this.#bytes, times];
    return () => {
      const hasMoved = this.#bytes > before;
      before = this.#bytes;
      left -= 1;
      return hasMoved && left > 0;
    };
  }

  /** Something has come. Called for each piece of each answer. */
  heard(bytes: number): void {
    this.#bytes += bytes;
    const crowds = this.#crowds;
    if (crowds) {
      const isOther = crowds.down.moved(bytes, crowds.answers());
      if (crowds.ahead.heard(bytes) || isOther) crowds.onChange();
    }
    if (this.#outage || this.#isTold) this.#end();
  }

  /** The system has taken so many bytes of a body. */
  sent(bytes: number): void {
    this.uploads.moved(bytes);
  }

  /** A connection was made, in so many milliseconds. */
  connected(ms: number): void {
    this.#crowds?.up.connected(ms);
    this.#crowds?.down.connected(ms);
  }

  /** A request got no answer, or broke off. */
  failed(error: S3Error): void {
    if (this.#ends.has(error)) return;
    const now = this.#elapsed();
    this.#outage = { since: this.#outage?.since ?? now, failedAt: now, error };
    this.#tell(now - this.#outage.since, error.message);
  }

  /** Requests wait, and nothing has come for so long, in milliseconds. */
  silent(ms: number): void {
    const { since = Number.POSITIVE_INFINITY, error } = this.#outage ?? {};
    this.#tell(Math.max(ms, this.#elapsed() - since), error?.message ?? "no answer");
  }

  /** The error for requests in an outage that is ridden out no longer; undefined: another attempt may help. */
  get givenUp(): S3Error | undefined {
    if (!this.#outage) return undefined;
    const { since, error } = this.#outage;
    const ms = this.#elapsed() - since;
    if (ms < this.#patience(error)) return undefined;
    const why = `${error.message}; nothing came from S3 for ${Math.round(ms / 1000)} s`;
    const end = new S3Error(error.name, why, { cause: error });
    this.#ends.add(end);
    return end;
  }

  /**
   * For requests that are not sent yet: after a while one of them looks again.
   *
   * @throws S3Error in an outage that others have given up just now
   */
  check(): void {
    if (!this.#outage || this.#elapsed() - this.#outage.failedAt >= FRESH_MS) return;
    const { givenUp } = this;
    if (givenUp) throw givenUp;
  }

  #patience({ cause }: S3Error): number {
    if (this.#bytes > 0) return PATIENCE_MS;
    const isUnknown = (cause as NodeJS.ErrnoException | undefined)?.code === "ENOTFOUND";
    return isUnknown ? PATIENCE_UNKNOWN_NAME_MS : PATIENCE_AT_FIRST_MS;
  }

  #tell(ms: number, reason: string): void {
    if (ms < NOTICED_MS) return;
    this.#isTold = true;
    this.#onOutage({ ms, reason });
  }

  #end(): void {
    this.#outage = undefined;
    if (this.#isTold) this.#onOutage(undefined);
    this.#isTold = false;
  }
}
