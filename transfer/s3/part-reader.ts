import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { CloudSubmitError } from "../../protocol/error.ts";

/**
 * What the threads run: they fill memory with a piece of a file, and compute its CRC32 while it is in the
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

/** A thread that nobody needs for this long, in milliseconds, is ended: it takes 10 MB. */
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
  orders: Map<number, { order: ReadOrder; done: (outcome: Outcome) => void }>;
}

type Outcome = { crc32: number } | { error: unknown };

/** Reads pieces of large files in threads of its own, so that this one has only to send them. */
export class PartReader {
  readonly #threadsMax = Math.min(4, Math.max(1, availableParallelism() - 1));
  readonly #threads: Thread[] = [];
  #orders = 0;
  #idle: NodeJS.Timeout | undefined;

  /**
   * Fills `bytes` from a position of a file.
   *
   * @returns their CRC32
   * @throws CloudSubmitError `transfer` when the file is shorter or cannot be read
   */
  async read(order: ReadOrder): Promise<number> {
    const thread = await this.#thread();
    const id = ++this.#orders;
    clearTimeout(this.#idle);
    thread.worker.ref();
    const outcome = await new Promise<Outcome>((done) => {
      thread.orders.set(id, { order, done });
      const { file, position, bytes } = order;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      thread.worker.postMessage({ id, file, position, bytes });
    });
    if (thread.orders.size === 0) thread.worker.unref();
    if (this.#threads.every(({ orders }) => orders.size === 0)) {
      this.#idle = setTimeout(() => this.close(), IDLE_MS);
      this.#idle.unref();
    }
    if ("error" in outcome) throw outcome.error;
    return outcome.crc32;
  }

  /** Ends the threads; the next order begins new ones. */
  close(): void {
    for (const { worker } of this.#threads.splice(0)) void worker.terminate();
  }

  /** The thread with the fewest orders; a new one while all have some. */
  async #thread(): Promise<Thread> {
    const { Worker } = await import("node:worker_threads");
    const [least] = this.#threads.toSorted((a, b) => a.orders.size - b.orders.size);
    if (least && (least.orders.size === 0 || this.#threads.length === this.#threadsMax))
      return least;
    const worker = new Worker(PROGRAM, { eval: true, env: {}, execArgv: [] });
    const thread: Thread = { worker, orders: new Map() };
    this.#threads.push(thread);
    worker.on("message", (reply: Reply) => settle(thread, reply));
    worker.on("error", (error) => this.#lose(thread, error));
    worker.on("exit", () => this.#lose(thread, new Error("the reading thread ended")));
    return thread;
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
  const wrong =
    problem ?? (filled === bytes.length ? undefined : "became shorter while it was read");
  found.done(
    wrong === undefined
      ? { crc32: checksum ?? 0 }
      : { error: new CloudSubmitError("transfer", `${path}: ${wrong}`) },
  );
}
