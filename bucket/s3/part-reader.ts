import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { FileError } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";

/**
 * Code of the threads: they fill memory with a piece of a file, and compute its CRC32 while it is in the
 * processor's cache. As text, so that it is in whatever file this module is bundled into.
 */
const PROGRAM = `
const { readSync } = require("node:fs");
const { crc32 } = require("node:zlib");
const { parentPort } = require("node:worker_threads");
const CHUNK = 256 * 1024;
parentPort.on("message", ({ id, file, position, bytes }) => {
  let filled = 0;
  let checksum = 0;
  try {
    while (filled < bytes.length) {
      const length = Math.min(CHUNK, bytes.length - filled);
      const read = readSync(file, bytes, filled, length, position + filled);
      if (read === 0) break;
      checksum = crc32(bytes.subarray(filled, filled + read), checksum);
      filled += read;
    }
    parentPort.postMessage({ id, filled, checksum });
  } catch ({ message }) {
    parentPort.postMessage({ id, problem: message });
  }
});
`;

/** Bytes after which a thread is begun, which takes 30 ms of a core: for less it does not pay. */
const BEGIN_AT = 16 * 1024 * 1024;

/** A thread that is idle for this long, in milliseconds, is ended: it takes 10 MB. */
const IDLE_MS = 1_000;

/** A piece of a file to be read. */
export interface ReadOrder {
  /** Descriptor of an open file. */
  file: number;
  /** For errors. */
  path: string;
  position: number;
  /** Memory that threads share. */
  bytes: Buffer<SharedArrayBuffer>;
}

interface Reply {
  id: number;
  filled?: number;
  checksum?: number;
  problem?: string;
}

interface Thread {
  worker: Worker;
  isReady: boolean;
  orders: Map<number, { order: ReadOrder; done: (outcome: Outcome) => void }>;
}

type Outcome = { crc32: number } | { error: unknown };

/**
 * Reads pieces of files in threads of its own, so that this one has only to send them, once there is so much
 * to read that it pays.
 */
export class PartReader {
  readonly #beginAt: number;
  readonly #threadsMax = Math.min(4, Math.max(1, availableParallelism() - 1));
  readonly #threads: Thread[] = [];
  #bytes = 0;
  #orders = 0;
  #idle: NodeJS.Timeout | undefined;

  /** @param beginAt bytes after which a thread is begun */
  constructor(beginAt = BEGIN_AT) {
    this.#beginAt = beginAt;
  }

  /**
   * Fills memory from a position of a file.
   *
   * @returns the CRC32; undefined when no thread is ready, and the caller should read
   * @throws FileError when the file is shorter or cannot be read
   */
  read(order: ReadOrder): Promise<number> | undefined {
    this.#bytes += order.bytes.length;
    if (this.#bytes < this.#beginAt) return undefined;
    clearTimeout(this.#idle);
    const [least] = this.#threads
      .filter(({ isReady }) => isReady)
      .toSorted((a, b) => a.orders.size - b.orders.size);
    if (!least || (least.orders.size > 0 && this.#threads.every(({ isReady }) => isReady)))
      void this.#begin();
    return least && this.#send(least, order);
  }

  /** Ends the threads. */
  close(): void {
    this.#bytes = 0;
    for (const { worker } of this.#threads.splice(0)) void worker.terminate();
  }

  async #send(thread: Thread, order: ReadOrder): Promise<number> {
    const id = ++this.#orders;
    thread.worker.ref();
    const outcome = await new Promise<Outcome>((done) => {
      thread.orders.set(id, { order, done });
      const { file, position, bytes } = order;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      thread.worker.postMessage({ id, file, position, bytes });
    });
    if (thread.orders.size === 0) thread.worker.unref();
    if (this.#threads.every(({ orders }) => orders.size === 0)) {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.close(), IDLE_MS);
      this.#idle.unref();
    }
    if ("error" in outcome) throw outcome.error;
    return outcome.crc32;
  }

  async #begin(): Promise<void> {
    if (this.#threads.length >= this.#threadsMax) return;
    const { Worker } = await import("node:worker_threads");
    if (this.#threads.length >= this.#threadsMax) return;
    const worker = new Worker(PROGRAM, { eval: true, env: {}, execArgv: [] });
    const thread: Thread = { worker, isReady: false, orders: new Map() };
    this.#threads.push(thread);
    worker.on("online", () => {
      thread.isReady = true;
      // Before, it would be to no effect.
      worker.unref();
    });
    worker.on("message", (reply: Reply) => settle(thread, reply));
    worker.on("error", (error) => this.#lose(thread, error));
    worker.on("exit", () => this.#lose(thread, new Error("the reading thread ended")));
  }

  #lose(thread: Thread, error: unknown): void {
    const at = this.#threads.indexOf(thread);
    if (at >= 0) this.#threads.splice(at, 1);
    for (const [id, { done }] of thread.orders) {
      thread.orders.delete(id);
      done({ error });
    }
  }
}

function settle({ orders }: Thread, { id, filled, checksum, problem }: Reply): void {
  const found = orders.get(id);
  if (!found) return;
  orders.delete(id);
  const { path, bytes } = found.order;
  if (problem === undefined && filled === bytes.length) return found.done({ crc32: checksum ?? 0 });
  const why =
    problem === undefined ? reason("became-shorter") : reason("system-error", { error: problem });
  found.done({ error: new FileError(path, why) });
}
