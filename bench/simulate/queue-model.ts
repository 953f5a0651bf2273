import { fairOrder } from "../../headnode/queue/fair-order.ts";
import { LookAgain } from "../../headnode/queue/look-again.ts";
import { shareNext } from "../../headnode/upkeep/share-next.ts";
import { pendingKey } from "../../protocol/marker.ts";
import type { RequestId } from "../../protocol/request.ts";
import { submitterMetadata } from "../../protocol/requester.ts";
import type { HeadNodeModel } from "./head-node-model.ts";
import type { Timeline } from "./timeline.ts";

const MINUTE_MS = 60_000;
const SUBMISSION = "20260101T000000Z-000000000000";

/** The request of a job. */
export const requestOf = (job: number): RequestId => ({
  prefix: `${job}`,
  action: "run",
  submission: SUBMISSION,
});

/** The agent's looks at what is pending, by its own rules: headnode/queue/queue.ts without S3 and clock. */
export class QueueModel {
  readonly #timeline: Timeline;
  readonly #headNode: HeadNodeModel;
  readonly #again = new LookAgain();
  readonly #look: () => Promise<void>;
  /** Jobs whose command has come and is not answered. */
  readonly #messages = new Set<number>();
  #isFirst = true;
  #cancel = (): void => undefined;

  constructor(timeline: Timeline, headNode: HeadNodeModel) {
    this.#timeline = timeline;
    this.#headNode = headNode;
    this.#look = shareNext(() => this.#lookNow());
  }

  start(): void {
    this.#timeline.spawn(async () => {
      for (;;) {
        await this.#look();
        await this.#timeline.sleep(MINUTE_MS);
      }
    });
  }

  /** The command of a job has come. */
  rung(job: number): void {
    const isAlone = this.#again.rung(this.#timeline.now()) && this.#messages.size === 0;
    this.#messages.add(job);
    this.#timeline.spawn(async () => {
      if (isAlone) await this.#headNode.takeUnseen(job);
      else await this.#look();
      this.#messages.delete(job);
      this.#schedule();
    });
  }

  async #lookNow(): Promise<void> {
    const { now } = this.#timeline;
    this.#again.begins(now());
    const found = await this.#headNode.listOpen();
    // A duplicate event may leave a marker of what has ended.
    const ended = found.filter((job) => this.#headNode.hasEnded(job));
    this.#timeline.spawn(() => this.#headNode.remove(ended));
    const news = found.filter((job) => !this.#headNode.knows(job));
    const isUnasked = news.some((job) => !this.#messages.has(job));
    await this.#headNode.take(this.#inOrder(news));
    this.#again.looked(now(), isUnasked && !this.#isFirst);
    this.#again.cleared();
    this.#isFirst = false;
    this.#schedule();
  }

  #inOrder(jobs: readonly number[]): number[] {
    const queued = jobs.map((job) => {
      const request = requestOf(job);
      const metadata = submitterMetadata(this.#headNode.submitterOf(job));
      const asked = { etag: "0", time: this.#headNode.askedAt(job), metadata };
      return { key: pendingKey(request), request, asked, written: undefined };
    });
    return fairOrder(queued).map(({ request }) => Number(request.prefix));
  }

  #schedule(): void {
    this.#cancel();
    const { at } = this.#again;
    if (!Number.isFinite(at)) return;
    this.#cancel = this.#timeline.after(at - this.#timeline.now(), () =>
      this.#timeline.spawn(this.#look),
    );
  }
}
