import type { RequestId } from "../../protocol/request.ts";
import { commentOf } from "./command-comment.ts";

/**
 * Milliseconds that a command may wait for each other one that is on its way: twice what a slow SSM agent
 * takes for one (five a second on a machine at work; measured on the real agent).
 */
const EACH_MS = 500;

/** Commands that SSM has still to bring to the Head Node, and since when. */
export class CommandsOnTheirWay {
  readonly #youngest = new Map<string, number>();
  #count = 0;

  /** Adds a command; one that is for no request takes its place in the queue all the same. */
  add(comment: string, sentAt: Date): void {
    this.#count += 1;
    this.#youngest.set(comment, Math.max(this.#youngest.get(comment) ?? 0, sentAt.getTime()));
  }

  /**
   * Whether a request is still to be delivered, so that one more command for it would only make the queue longer.
   * One that has been on its way for longer than `patienceMs`, and than the queue explains, is taken for lost.
   */
  has(request: RequestId, now: Date, patienceMs: number): boolean {
    const sentAt = this.#youngest.get(commentOf(request));
    if (sentAt === undefined) return false;
    return now.getTime() - sentAt <= patienceMs + this.#count * EACH_MS;
  }
}
