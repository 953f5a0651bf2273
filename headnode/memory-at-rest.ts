import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Milliseconds without any change of a job after which the agent is at rest. */
const REST_MS = 10_000;

/**
 * Collects garbage once the agent has come to rest. V8 does it when it needs room, which an agent at rest does not:
 * what a burst of jobs had in memory would stay for as long as nothing happens, 40 MB of it as measured.
 */
export class MemoryAtRest {
  readonly #collect: () => void;
  readonly #restMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(collect: () => void, restMs = REST_MS) {
    this.#collect = collect;
    this.#restMs = restMs;
  }

  /** Called with each change of a job. */
  changed(): void {
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#rest(), this.#restMs).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #rest(): void {
    this.#timer = undefined;
    this.#collect();
  }
}

/** Collects all garbage: some 20 ms in which nothing else runs. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
