import { Worker } from "node:worker_threads";

/**
 * Uses CPU time, of this very thread, as the kernel counts it: on a machine at work it takes longer. In
 * schedstat the first number is the time spent on the CPU in nanoseconds (Linux, Documentation/scheduler/sched-stats).
 */
const SOURCE = `
const { parentPort } = require("node:worker_threads");
const { readFileSync } = require("node:fs");
const used = () => Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6;
parentPort.on("message", (ms) => {
  const until = used() + ms;
  while (used() < until) for (let i = 0; i < 1e5; i++);
  parentPort.postMessage("done");
});
`;

/** CPU cost of an SSM agent beside the scripts: one thread that is at work for each command. */
export class CpuLoad {
  readonly #milliseconds: number;
  #worker: Worker | undefined;
  #waiting: (() => void)[] = [];

  /** @param milliseconds of CPU time for each call; 0 for none */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Ends when the CPU time of this call has been used, one call after the other. */
  async burn(): Promise<void> {
    if (this.#milliseconds === 0) return;
    if (this.#worker === undefined) {
      this.#worker = new Worker(SOURCE, { eval: true });
      this.#worker.on("message", () => this.#waiting.shift()?.());
      this.#worker.unref();
    }
    const worker = this.#worker;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
      worker.postMessage(this.#milliseconds);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
