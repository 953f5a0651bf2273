import type { HeadNode, HeadNodeRequest } from "../aws/head-node.ts";

/** The outcome of ringing: the SSM command's id, or why there is none. */
export type Rung = { commandId: string } | { reason: string };

/** Rings at once that are sent one by one; more than one may be for the same prefix. */
const CAPACITY = 3;
/** Milliseconds until one more may be sent. */
const EACH_MS = 1_000;

/**
 * Rings for the Head Node: one SSM command, at which the agent looks at all that is pending, unless no other has come for some
 * seconds. So of many requests at once only some ring: a token bucket, in the memory of this instance of a function. A token is spent by what SSM has accepted
 * alone. So where one is missing, two commands of this instance are on their way that were sent within the last two seconds,
 * and the agent, which looks once more after two that come close together, sees what was pending by then.
 */
export class Doorbell {
  readonly #headNode: Pick<HeadNode, "send">;
  readonly #now: () => Date;
  #tokens = CAPACITY;
  #filledAt = 0;

  constructor(headNode: Pick<HeadNode, "send">, now: () => Date) {
    this.#headNode = headNode;
    this.#now = now;
  }

  /**
   * Rings for a request that is pending by now, unless enough others have been rung for.
   *
   * @param attempt the how manieth command for this request
   * @throws what SSM says, but not that it throttles or has no such machine: the request stays pending, and is found there
   */
  async ring(request: HeadNodeRequest, attempt = 1): Promise<Rung> {
    this.#fill();
    if (this.#tokens < 1) return { reason: "the bell was rung a moment ago" };
    // Taken before SSM answers: others may ring meanwhile.
    this.#tokens -= 1;
    let rung: Rung | undefined;
    try {
      rung = await this.ringAnyway(request, attempt);
      return rung;
    } finally {
      if (!rung || "reason" in rung) this.#tokens += 1;
    }
  }

  /** The same, however often it was rung. */
  async ringAnyway(request: HeadNodeRequest, attempt = 1): Promise<Rung> {
    try {
      return { commandId: await this.#headNode.send(request, attempt) };
    } catch (error) {
      const reason = error instanceof Error ? NOT_NOW.get(error.name) : undefined;
      if (reason === undefined) throw error;
      return { reason };
    }
  }

  #fill(): void {
    const now = this.#now().getTime();
    // A clock that is set back fills nothing.
    const filled = Math.max(0, now - this.#filledAt) / EACH_MS;
    this.#tokens = Math.min(CAPACITY, this.#tokens + filled);
    this.#filledAt = now;
  }
}

/** SSM's errors for a machine that is stopped or not there, and for too many requests, by name. */
const NOT_NOW: ReadonlyMap<string, string> = new Map([
  ["InvalidInstanceId", "SSM does not reach the Head Node now"],
  ["ThrottlingException", "SSM throttles"],
  ["RequestLimitExceeded", "SSM throttles"],
]);
