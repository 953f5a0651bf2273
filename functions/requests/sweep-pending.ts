import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import type { QueuedRequest } from "../../bucket/job-objects/marker.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { messageOf } from "../../protocol/error.ts";
import { requestName } from "../../protocol/request.ts";
import type { Ports } from "../aws/ports.ts";
import type { FunctionConfig } from "../setup/config.ts";
import { giveUp, isOpen, isUnanswered, removeAll } from "./pending.ts";
import { Queue, ringOf } from "./queue.ts";

/** Result of a sweep over the pending markers, for the one log line. */
export interface SweepReport {
  /** Markers that the agent has seen, and has not been silent since. */
  inHand: number;
  /** Markers that it has not. */
  waiting: number;
  /** Commands sent. */
  sent: number;
  /** Commands that SSM does not take now. */
  refused: number;
  /** Requests that the next sweep looks at: this one had no time left, or S3 lets no marker be removed. */
  left: number;
  removed: number;
  givenUp: number;
  failed: { prefix: string; error: string }[];
  /** Seconds for which the oldest of those that wait has been silent; 0 when none waits. */
  oldestSeconds: number;
}

/** Prefixes worked on side by side. */
const PREFIXES_AT_ONCE = 8;

/** The times that a sweep goes by. */
export type SweepTimes = Pick<FunctionConfig, "redispatchSeconds" | "deadlineSeconds">;

/**
 * Looks at the pending markers. What the agent has seen is in hand, as long as the agent has looked a moment ago. For what has
 * been silent for long, the bell is rung once: the agent takes all that is pending. What has been silent past the deadline
 * ends in JOB_ERROR.
 *
 * @param timeIsUp aborted when nothing more is to be begun
 * @throws when the queue or the heartbeat cannot be read: then nothing may be given up
 */
export async function sweepPending(
  times: SweepTimes,
  ports: Ports,
  timeIsUp: AbortSignal,
): Promise<SweepReport> {
  const queue = await Queue.read(ports);
  const waiting = queue.requests.filter((queued) => !queue.isInHand(queued, times));
  const sweep = new Sweep(queue, times, ports, timeIsUp);
  sweep.report.inHand = queue.requests.length - waiting.length;
  if (queue.looked.needsCommands) await sweep.eachAlone(waiting);
  else await sweep.all(waiting);
  return sweep.report;
}

/** The next step of the user of a submission that is given up: the agent that comes back begins nothing of it (headnode/steps/respect-end.ts). */
const NEXT = {
  requested: "then write FILE_UPLOAD again",
  submitted:
    "then write FILE_UPLOAD again; but if the job has begun by then, JOB_COMPLETE and its results follow",
} as const;

/** One sweep on its way. */
class Sweep {
  readonly report: SweepReport = {
    inHand: 0,
    waiting: 0,
    sent: 0,
    refused: 0,
    left: 0,
    removed: 0,
    givenUp: 0,
    failed: [],
    oldestSeconds: 0,
  };
  readonly #queue: Queue;
  readonly #times: SweepTimes;
  readonly #ports: Ports;
  readonly #timeIsUp: AbortSignal;

  constructor(queue: Queue, times: SweepTimes, ports: Ports, timeIsUp: AbortSignal) {
    this.#queue = queue;
    this.#times = times;
    this.#ports = ports;
    this.#timeIsUp = timeIsUp;
  }

  /** One ring for all, and an end for those past the deadline. */
  async all(waiting: readonly QueuedRequest[]): Promise<void> {
    const late = new Set(waiting.filter((queued) => this.#isSilentFor(queued, "deadlineSeconds")));
    const others = waiting.filter((queued) => !late.has(queued));
    for (const queued of others) this.#wait(queued);
    const oldest = others.find((queued) => this.#isSilentFor(queued, "redispatchSeconds"));
    if (oldest) await this.#guarded(oldest.request.prefix, () => this.#ring(oldest));
    const young = new Set(others.map(nameOf));
    const prefixes = groupBy(late, ({ request }) => request.prefix);
    await this.#each(prefixes, async (markers) => {
      // A cancel ends with the submission that it is about.
      for (const action of ["run", "cancel"])
        for (const same of bySubmission(markers, action))
          if (!young.has(nameOf(same[0]))) await this.#end(same);
          else this.#wait(...same);
    });
  }

  /** An agent of an earlier version takes nothing but what a command of its own brings. */
  async eachAlone(waiting: readonly QueuedRequest[]): Promise<void> {
    const old = waiting.filter((queued) => this.#isSilentFor(queued, "redispatchSeconds"));
    await this.#each(groupBy(old, nameOf), async (same) => {
      const [{ request }] = same;
      const status = await readStatus(this.#ports.store, request.prefix);
      // Its marker stays, for the agent that will come, as long as the job has not ended.
      if (status && isOpen(request, status) && !isUnanswered(request, status)) return;
      const isLate = same.every((queued) => this.#isSilentFor(queued, "deadlineSeconds"));
      if (!status || isLate || !isUnanswered(request, status)) return this.#end(same);
      this.#wait(...same);
      await this.#ring(same[0]);
    });
  }

  /** Ends what has had no answer until the deadline. */
  async #end(markers: Markers): Promise<void> {
    const [{ request }] = markers;
    const status = await readStatus(this.#ports.store, request.prefix);
    if (!status || !isOpen(request, status)) {
      const isRemoved = await removeAll(markers, this.#ports);
      this.report[isRemoved ? "removed" : "left"] += 1;
      return;
    }
    // Slurm's jobs are in the agent's journal: it is at work on them although no look comes to its end, or may be, where
    // nothing tells how long it has been silent.
    const { isAlive, looked } = this.#queue;
    if (status.state === "JOB_SUBMIT" && (isAlive || looked.at === undefined))
      return this.#wait(...markers);
    // Of thousands, the last come minutes after the queue was read: an agent that is back begins with them meanwhile.
    if (await this.#queue.isHeardSince(this.#ports)) return this.#wait(...markers);
    const hours = Number((this.#times.deadlineSeconds / 3600).toFixed(2));
    const message = `the Head Node has not answered for ${hours} h: have it looked at, ${NEXT[status.state === "JOB_SUBMIT" ? "submitted" : "requested"]}`;
    await giveUp(markers, status, { code: "unreachable", message }, this.#ports);
    this.report.givenUp += 1;
  }

  async #ring(queued: QueuedRequest): Promise<void> {
    if (this.#timeIsUp.aborted) return void (this.report.left += 1);
    const rung = await this.#ports.doorbell.ringAnyway(ringOf(queued));
    this.report["commandId" in rung ? "sent" : "refused"] += 1;
  }

  #isSilentFor(queued: QueuedRequest, time: keyof SweepTimes): boolean {
    return this.#queue.silence(queued) > this.#times[time] * 1000;
  }

  #wait(...markers: QueuedRequest[]): void {
    this.report.waiting += markers.length;
    const silences = markers.map((queued) => this.#queue.silence(queued) / 1000);
    this.report.oldestSeconds = Math.max(this.report.oldestSeconds, ...silences);
  }

  /** A failure of one is told, and does not hold up the others. */
  async #each(groups: Map<string, Markers>, act: (markers: Markers) => Promise<void>) {
    await eachBounded(groups.values(), PREFIXES_AT_ONCE, async (markers) => {
      if (this.#timeIsUp.aborted) {
        this.report.left += 1;
        return this.#wait(...markers);
      }
      await this.#guarded(markers[0].request.prefix, () => act(markers));
    });
  }

  async #guarded(prefix: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.report.failed.push({ prefix, error: messageOf(error) });
    }
  }
}

const nameOf = ({ request }: QueuedRequest) => requestName(request);

/** Some markers, at least one. */
type Markers = readonly [QueuedRequest, ...QueuedRequest[]];

function groupBy(
  all: Iterable<QueuedRequest>,
  keyOf: (queued: QueuedRequest) => string,
): Map<string, Markers> {
  const groups = new Map<string, Markers>();
  for (const one of all) {
    const name = keyOf(one);
    const before = groups.get(name);
    groups.set(name, before ? [...before, one] : [one]);
  }
  return groups;
}

function bySubmission(markers: Markers, action: string): Markers[] {
  const some = markers.filter(({ request }) => request.action === action);
  return [...groupBy(some, nameOf).values()];
}
