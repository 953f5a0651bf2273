import type { WayOn } from "./way-on.ts";

/** How the program reacts to an interruption, or to a failure. */
export interface Interrupt {
  /** From now on, an interruption or a failure tells how to go on by this; undefined: there is nothing to go on with. */
  at(wayOn: WayOn | undefined): void;
  /** As it was given last. */
  readonly wayOn: WayOn | undefined;
  /** Aborted by an interruption. */
  readonly signal: AbortSignal;
}

/** Signals that end the program, and the exit code that shells know each by; Windows has the first and last. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGBREAK: 149 } as const;

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
  for (const [signal, code] of Object.entries(SIGNALS)) {
    // Not once: an impatient second one would end it before it has said anything.
    process.on(signal as NodeJS.Signals, () => {
      controller.abort();
      tell(wayOn, code);
      process.exit(code);
    });
  }
  return {
    at: (next) => {
      wayOn = next;
    },
    get wayOn() {
      return wayOn;
    },
    signal: controller.signal,
  };
}
