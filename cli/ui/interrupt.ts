/** How the program reacts to an interruption. */
export interface Interrupt {
  /** From now on, an interruption prints these lines: what state things are in, and how to go on. */
  at(lines: () => readonly string[]): void;
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
  once(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Ends the program on Ctrl-C and the like, after it has said where it is. Nothing is tidied up that the next
 * run does not tidy up by itself: uploads go on where they were, downloads leave no half files.
 *
 * @param say writes one line for the user
 */
export function interruptOf(process: SignalSource, say: (line: string) => void): Interrupt {
  const controller = new AbortController();
  let lines: () => readonly string[] = () => [];
  let tidy: (() => Promise<unknown>) | undefined;
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal as NodeJS.Signals, () => {
      controller.abort();
      for (const line of lines()) say(line);
      const end = () => process.exit(code);
      if (!tidy) return end();
      setTimeout(end, TIDY_MAX_MS).unref();
      void tidy().then(end, end);
    });
  }
  return {
    at: (next) => {
      lines = next;
    },
    tidyBy: (task) => {
      tidy = task;
    },
    signal: controller.signal,
  };
}
