import { setTimeout as delay } from "node:timers/promises";

/** A probe answers undefined for "not yet"; anything else is the answer. */
export type Probe<T> = () => Promise<T | undefined> | T | undefined;

export interface WaitOptions {
  /** Milliseconds until the wait is given up. */
  readonly deadline: number;
  /** Looked at before each try: a reason to stop waiting at once, such as "it has exited". */
  readonly failed?: () => string | undefined;
}

/**
 * Polls a readiness probe, quickly at first and then gently, until it answers.
 * @throws Error saying what was awaited, when the deadline has passed or `failed` gives a reason
 */
export async function waitUntil<T>(
  what: string,
  probe: Probe<T>,
  options: WaitOptions,
): Promise<T> {
  const end = performance.now() + options.deadline;
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 250)) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    const reason = options.failed?.();
    if (reason !== undefined) throw new Error(`${what}: ${reason}`);
    if (performance.now() > end)
      throw new Error(`${what}: not after ${options.deadline / 1000} seconds`);
    await delay(pause);
  }
}
