import { type DeadLetterWork, deadLetterWork, type Redriven } from "../../protocol/dead-letter.ts";
import { messageOf } from "../../protocol/error.ts";

/** A message of the dead-letter queue. */
export interface DeadLetter {
  id: string;
  text: string;
  /** By this the queue knows the message until it is due again. */
  receipt: string;
}

/** The way to the queue, and to the functions whose events are in it. */
export interface RedrivePorts {
  /** Some messages, which nobody else then gets for a while; none: the queue has no more. */
  receive: () => Promise<DeadLetter[]>;
  /** Takes messages out for good; returns the ids of those that it could not. */
  remove: (letters: DeadLetter[]) => Promise<string[]>;
  /** Makes messages due at once. */
  release: (letters: DeadLetter[]) => Promise<void>;
  /**
   * Has a function do an event, and waits for its end.
   *
   * @returns the function's own words when it fails
   * @throws when it cannot be started
   */
  invoke: (name: Redriven, event: Record<string, unknown>) => Promise<string | undefined>;
}

/** Result of a redrive: its answer, and its log line. */
export interface RedriveReport {
  /** Messages that were done and are removed, by function. */
  done: Record<DeadLetterWork["of"], number>;
  /** Messages that are still in the queue because they failed once more, or could not be removed. */
  failed: number;
  /** Messages that are still in the queue because they are none that a function would take. */
  unknown: number;
  /** The first of those that are left, and why. */
  left: { id: string; of: DeadLetterWork["of"] | "unknown"; why: string }[];
  /** Whether every message was looked at. If not, there was no time for all: start it again. */
  complete: boolean;
}

/** So many of the messages that are left are named: an answer of Lambda is 6 MB at most. */
const NAMED_MAX = 100;

/**
 * Does again what each message of the dead-letter queue stands for, by the function that it was meant for. What was done is
 * removed; what failed again, or is not known, stays in the queue, and is due again when the redrive ends.
 *
 * @param sweep the name of this stage's function sweep
 * @param timeIsUp aborted when nothing more is to be begun
 * @throws when the queue cannot be read; what was received is due again after its time
 */
export async function redriveLetters(
  sweep: string,
  ports: RedrivePorts,
  timeIsUp: AbortSignal,
): Promise<RedriveReport> {
  const done = { dispatch: 0, "command-result": 0, audit: 0, sweep: 0 };
  const report: RedriveReport = { done, failed: 0, unknown: 0, left: [], complete: false };
  const kept: DeadLetter[] = [];
  const keep = (letter: DeadLetter, of: DeadLetterWork["of"] | "unknown", why: string) => {
    kept.push(letter);
    if (of === "unknown") report.unknown += 1;
    else report.failed += 1;
    if (report.left.length < NAMED_MAX) report.left.push({ id: letter.id, of, why });
  };

  while (!timeIsUp.aborted && !report.complete) {
    const letters = await ports.receive();
    report.complete = letters.length === 0;
    const succeeded: { letter: DeadLetter; of: DeadLetterWork["of"] }[] = [];
    const attempt = async (letter: DeadLetter) => {
      const work = deadLetterWork(letter.text, sweep);
      if (work === undefined) return keep(letter, "unknown", "no event that a function takes");
      const { of } = work;
      try {
        const why = work.event && (await ports.invoke(work.of, work.event));
        if (why === undefined) succeeded.push({ letter, of });
        else keep(letter, of, why);
      } catch (error) {
        keep(letter, of, messageOf(error));
      }
    };
    await Promise.all(letters.map(attempt));
    const stuck = new Set(await ports.remove(succeeded.map(({ letter }) => letter)));
    for (const { letter, of } of succeeded) {
      if (stuck.has(letter.id)) keep(letter, of, "it was done, but could not be removed");
      else done[of] += 1;
    }
  }
  await ports.release(kept);
  return report;
}
