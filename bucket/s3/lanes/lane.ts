import type { Worker } from "node:worker_threads";
import type { AwsCredentialIdentity } from "@smithy/types";
import { busyShare } from "../../flow/busy-share.ts";
import { bytesOf, type FileAnswer, type FileOrder, type FileWork } from "../carry-file.ts";
import type { Line } from "../line.ts";
import { S3Error } from "../s3-error.ts";
import { errorFrom } from "./error-data.ts";
import type { FromLane, LaneOutcome, ToLane } from "./lane-message.ts";

/** Bytes that cost as much as a request by itself. */
export const REQUEST_BYTES = 64 * 1024;

/** The work in an order, in bytes. */
export function workIn({ work }: FileOrder): number {
  return bytesOf(work) + REQUEST_BYTES;
}

interface Pending {
  order: FileOrder;
  onBytes: (bytes: number) => void;
  settle: (outcome: LaneOutcome | "lost") => void;
}

/** A thread that carries files, as the main thread sees it. */
export class Lane {
  readonly #worker: Worker;
  readonly #line: Line;
  readonly #onBegin: () => void;
  readonly #onEnd: () => void;
  readonly #pending = new Map<number, Pending>();
  #orders: ToLane["orders"] = [];
  #credentials: { known: AwsCredentialIdentity | undefined; isNew: boolean };
  #next = 0;
  #load = 0;
  #isReady = false;
  #isOver = false;
  #isRetired = false;
  #isEnding = false;
  /** Whether it is to take none for a while. */
  isPaused = false;
  /** Bytes from S3, to all threads, when this one was found silent last. */
  #heardAtSilence: number | undefined;
  /** Share of the time since this was asked last in which it was busy: 0 to 1. */
  readonly busyShare: () => number;

  /**
   * @param line is told of what comes from S3
   * @param on called when it takes orders, and when its thread has ended
   */
  constructor(worker: Worker, line: Line, on: { begin: () => void; end: () => void }) {
    this.#worker = worker;
    this.busyShare = busyShare(worker.performance);
    this.#line = line;
    this.#onBegin = on.begin;
    this.#onEnd = on.end;
    this.#credentials = { known: undefined, isNew: false };
    worker.on("message", (news: FromLane | undefined) => {
      if (news) this.#hear(news);
      else this.#begin();
    });
    // It ends after that.
    worker.on("error", () => undefined);
    worker.on("exit", () => this.#lose());
  }

  /** Whether it takes orders. */
  get isReady(): boolean {
    return this.#isReady && !this.#isOver && !this.#isRetired && !this.isPaused;
  }

  /** The work that it has to do, in bytes. */
  get load(): number {
    return this.#load;
  }

  /**
   * Has an order carried out; how far it came is noted in it.
   *
   * @throws S3Error `LaneLost` when the thread ends before that, and what it throws
   */
  async carry(
    order: FileOrder,
    credentials: AwsCredentialIdentity,
    onBytes: (bytes: number) => void,
  ): Promise<FileAnswer> {
    if (this.#isOver) throw lost();
    const id = ++this.#next;
    const work = workIn(order);
    if (credentials !== this.#credentials.known)
      this.#credentials = { known: credentials, isNew: true };
    this.#load += work;
    const outcome = await new Promise<LaneOutcome | "lost">((settle) => {
      this.#pending.set(id, { order, onBytes, settle });
      this.#post({ id, order });
    });
    this.#load -= work;
    if (this.#pending.size === 0) this.#rest();
    if (outcome === "lost") throw lost();
    note(order.work, outcome);
    if (outcome.error) throw errorFrom(outcome.error);
    return outcome.answer as FileAnswer;
  }

  /** Ends the thread. */
  end(): void {
    if (this.#isEnding) return;
    // Each call would listen for the end once more.
    this.#isEnding = true;
    void this.#worker.terminate();
  }

  /** Ends it once it has done what it has to do. */
  retire(): void {
    this.#isRetired = true;
    if (this.#pending.size === 0) this.end();
  }

  #rest(): void {
    this.#worker.unref();
    if (this.#isRetired) this.end();
  }

  /** Orders of one turn of the event loop go together. */
  #post(order: ToLane["orders"][number]): void {
    this.#orders.push(order);
    if (this.#orders.length > 1) return;
    this.#worker.ref();
    setImmediate(() => {
      const { known, isNew } = this.#credentials;
      const orders = this.#orders.splice(0);
      this.#credentials.isNew = false;
      const message: ToLane = { credentials: isNew && known ? keysOf(known) : undefined, orders };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      this.#worker.postMessage(message);
    });
  }

  #begin(): void {
    this.#isReady = true;
    // Before, it would be to no effect.
    if (this.#pending.size === 0) this.#worker.unref();
    this.#onBegin();
  }

  #hear({ heard, sent, connectedMs, silentMs, bytes, done }: FromLane): void {
    if (connectedMs !== undefined) this.#line.connected(connectedMs);
    if (heard > 0) this.#line.heard(heard);
    if (sent > 0) this.#line.sent(sent);
    for (const { id, bytes: came } of bytes) this.#pending.get(id)?.onBytes(came);
    for (const outcome of done) {
      const { settle } = this.#pending.get(outcome.id) ?? {};
      this.#pending.delete(outcome.id);
      settle?.(outcome);
    }
    if (silentMs === undefined) return;
    // Others may have heard something meanwhile.
    if (this.#line.bytes === this.#heardAtSilence) this.#line.silent(silentMs);
    this.#heardAtSilence = this.#line.bytes;
  }

  /** Nothing of an order is touched any more once the thread has ended. */
  #lose(): void {
    this.#isOver = true;
    for (const { settle } of this.#pending.values()) settle("lost");
    this.#pending.clear();
    this.#onEnd();
  }
}

/** Notes how far an order has come. */
function note(work: FileWork, { read, range, arrival }: LaneOutcome): void {
  if (work.kind === "send") Object.assign(work.body, read);
  else {
    Object.assign(work.range, range);
    if (typeof work.to !== "number") Object.assign(work.to, arrival);
  }
}

/** Without what else their finder may have put there. */
function keysOf(credentials: AwsCredentialIdentity): AwsCredentialIdentity {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** The error of what a thread did not do since it has ended. */
export function lost(): S3Error {
  return new S3Error("LaneLost", "the thread that carried it has ended");
}

/** Whether an order failed only since its thread has ended. */
export function isLost(error: unknown): boolean {
  return error instanceof S3Error && error.name === "LaneLost";
}
