import { type Looked, NEVER_LOOKED, readLooked } from "../../bucket/job-objects/heartbeat.ts";
import { listQueue, type QueuedRequest } from "../../bucket/job-objects/marker.ts";
import { requestName } from "../../protocol/request.ts";
import type { HeadNodeRequest } from "../aws/head-node.ts";
import type { Ports } from "../aws/ports.ts";
import type { FunctionConfig } from "../setup/config.ts";

/** The times that a queue is judged by. */
export type QueueTimes = Pick<FunctionConfig, "redispatchSeconds">;

/** S3 tells the second in which an object was written: a look that began within it may have missed it. */
const RESOLUTION_MS = 1_000;

/** The pending markers of one prefix or of all, and which of them the agent has seen. */
export class Queue {
  /** By when they were written, then by key. */
  readonly requests: readonly QueuedRequest[];
  readonly looked: Looked;
  readonly #now: Date;

  private constructor(requests: readonly QueuedRequest[], looked: Looked, now: Date) {
    this.requests = requests.toSorted(
      (one, other) => writtenAt(one, now) - writtenAt(other, now) || (one.key < other.key ? -1 : 1),
    );
    this.looked = looked;
    this.#now = now;
  }

  /**
   * One request of S3 for each 1,000 markers, and, where there are any, one for the agent's heartbeat.
   *
   * @param prefix of one job; undefined: all
   */
  static async read({ store, now }: Pick<Ports, "store" | "now">, prefix?: string): Promise<Queue> {
    const requests: QueuedRequest[] = [];
    for await (const request of listQueue(store, prefix)) requests.push(request);
    const looked = requests.length === 0 ? NEVER_LOOKED : await readLooked(store);
    return new Queue(requests, looked, now());
  }

  /** Whether the agent is at work, however long ago it has looked. */
  get isAlive(): boolean {
    return this.#now <= this.looked.aliveUntil;
  }

  /** Whether the agent has been heard since the queue was read: one request. */
  async isHeardSince({ store }: Pick<Ports, "store">): Promise<boolean> {
    const { at, aliveUntil } = await readLooked(store);
    const before = this.looked;
    return aliveUntil > before.aliveUntil || (at?.getTime() ?? 0) > (before.at?.getTime() ?? 0);
  }

  /** Milliseconds since the request was written, or the agent has last looked at what is pending and had no trouble with it. */
  silence(queued: QueuedRequest): number {
    const lookedAt = (!this.#isLeft(queued) && this.looked.at?.getTime()) || 0;
    return this.#now.getTime() - Math.max(writtenAt(queued, this.#now), lookedAt);
  }

  /** Whether the agent has seen it, and has not been silent since. */
  isInHand(queued: QueuedRequest, { redispatchSeconds }: QueueTimes): boolean {
    const lookedAt = this.looked.at?.getTime();
    if (lookedAt === undefined || this.#isLeft(queued)) return false;
    const isSeen = writtenAt(queued, this.#now) + RESOLUTION_MS <= lookedAt;
    return isSeen && this.silence(queued) <= redispatchSeconds * 1000;
  }

  #isLeft({ request }: QueuedRequest): boolean {
    return this.looked.left.has(requestName(request));
  }
}

/** The request that the bell is rung with. */
export function ringOf({ request, asked }: QueuedRequest): HeadNodeRequest {
  return { ...request, requester: { account: asked?.account } };
}

function writtenAt({ written, asked }: QueuedRequest, now: Date): number {
  return written?.getTime() ?? asked?.time ?? now.getTime();
}
