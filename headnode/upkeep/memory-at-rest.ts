import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Milliseconds without any change of a job after which the agent is at rest. */
const REST_MS = 10_000;

/**
 * V8 gives the room of young objects back in a collection before which little was allocated. That is not the first
 * one after a burst, but the next.
 */
const COLLECTIONS = 2;

/**
 * Collects garbage once the agent has come to rest. V8 does it when it needs room, which an agent at rest does not:
 * what a burst of jobs had in memory would stay for as long as nothing happens, 40 MB of it as measured.
 */
export class MemoryAtRest {
  readonly #collect: () => void;
  readonly #restMs: number;
  #timer: NodeJS.Timeout | undefined;
  #left = 0;
  #stopped = false;

  constructor(collect: () => void, restMs = REST_MS) {
    this.#collect = collect;
    this.#restMs = restMs;
  }

  /** Called with each change of a job. */
  changed(): void {
    if (this.#stopped) return;
    this.#left = COLLECTIONS;
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#rest(), this.#restMs).unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #rest(): void {
    this.#left -= 1;
    if (this.#left > 0) this.#timer?.refresh();
    else this.#timer = undefined;
    this.#collect();
  }
}

/** Collects all garbage, and gives back the pages that are empty then: some 30 ms in which nothing else runs. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  setFlagsFromString("--compact-on-every-full-gc");
  (runInNewContext("gc") as () => void)();
  setFlagsFromString("--no-compact-on-every-full-gc");
}

/**
 * Keeps V8's space for young objects as it is: in a burst it would grow to 34 MB, and to 67 MB in Node.js 24, for no
 * speed that could be measured. At run time only: on the command line, V8 takes no factor below 2.
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
