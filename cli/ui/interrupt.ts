import type { WayOn } from "./way-on.ts";

/** How the program reacts to an interruption, or to a failure. */
export interface Interrupt {
  /** From now on, an interruption or a failure tells how to go on by this; undefined: there is nothing to go on with. */
  at(wayOn: WayOn | undefined): void;
  /** As it was given last. */
  readonly wayOn: WayOn | undefined;
  /** From now on, an interruption waits a little for this, after that: for who has something to tidy up. */
  tidyBy(task: () => Promise<unknown>): void;
  /** Aborted by an interruption. */
  readonly signal: AbortSignal;
}

/** Signals that end the program, and the exit code that shells know each by; Windows has the first and last. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGBREAK: 149 } as const;

/** For so long; a second interruption ends the program at once. */
const TIDY_MAX_MS = 15_000;

/** The few parts of `process` that are needed. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Ends the program on Ctrl-C and the like, after it has said how to go on. Nothing is tidied up that the next
 * run does not tidy up by itself: uploads go on where they were, downloads leave no half files.
 *
 * @param tell says for the user what there is to be said
 */
export function interruptOf(
  process: SignalSource,
  tell: (wayOn: WayOn | undefined, exitCode: number) => void,
): Interrupt {
  const controller = new AbortController();
  let wayOn: WayOn | undefined;
  let tidy: (() => Promise<unknown>) | undefined;
  for (const [signal, code] of Object.entries(SIGNALS)) {
    // Not once: an impatient second one would end it before it has said anything.
    process.on(signal as NodeJS.Signals, () => {
      const end = () => process.exit(code);
      if (controller.signal.aborted) return end();
      controller.abort();
      tell(wayOn, code);
      if (!tidy) return end();
      setTimeout(end, TIDY_MAX_MS).unref();
      void tidy().then(end, end);
    });
  }
  return {
    at: (next) => {
      wayOn = next;
    },
    get wayOn() {
      return wayOn;
    },
    tidyBy: (task) => {
      tidy = task;
    },
    signal: controller.signal,
  };
}
