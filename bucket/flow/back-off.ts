/** How long to wait between attempts, or between looks at what sends no event. */
export interface BackOff {
  /** Milliseconds after the first attempt. */
  firstMs: number;
  /** Milliseconds at most. */
  maxMs: number;
  /** By how much each wait is longer than the one before; 2 unless it is given. */
  factor?: number;
  /**
   * The share of a wait, 0 to 1, that is left to chance, so that those who failed together do not come back
   * together; 0 unless it is given.
   * Source: AWS Architecture Blog, "Exponential Backoff And Jitter" (1 is "full jitter").
   */
  jitter?: number;
}

/**
 * Milliseconds to wait.
 *
 * @param waits how many came before this one, since something last went on
 * @param random 0 to 1; of no matter without jitter
 */
export function backOff(
  { firstMs, maxMs, factor = 2, jitter = 0 }: BackOff,
  waits: number,
  random = 1,
): number {
  return Math.round(Math.min(maxMs, firstMs * factor ** waits) * (1 - jitter * (1 - random)));
}
