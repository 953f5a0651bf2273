/** How the program reacts to an interruption. */
export interface Interrupt {
  /**
   * From now on, an interruption prints these lines: what state things are in, and how to go on. It waits for them a little,
   * for who has to tidy up.
   */
  at(lines: () => readonly string[] | Promise<readonly string[]>): void;
  /** Aborted by an interruption. */
  readonly signal: AbortSignal;
}

/** Signals that end the program, and the exit code that shells know each by; Windows has the first and last. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGBREAK: 149 } as const;

/** Who has interrupted a program does not wait longer for it; a second time ends it at once. */
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
  let lines: Parameters<Interrupt["at"]>[0] = () => [];
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal as NodeJS.Signals, () => {
      controller.abort();
      const tell = (told: readonly string[]) => {
        for (const line of told) say(line);
      };
      const end = () => process.exit(code);
      const told = lines();
      if (!(told instanceof Promise)) {
        tell(told);
        return end();
      }
      setTimeout(end, TIDY_MAX_MS).unref();
      void told.then(tell).then(end, end);
    });
  }
  return {
    at: (next) => {
      lines = next;
    },
    signal: controller.signal,
  };
}
