import { createHash } from "node:crypto";
import { listQueue } from "../../bucket/job-objects/marker.ts";
import type { ObjectEntry } from "../../bucket/object-store.ts";
import { messageOf } from "../../protocol/error.ts";
import { prefixOfStatusKey, SYSTEM_FOLDER } from "../../protocol/objects.ts";
import { formatStatus, type State } from "../../protocol/state.ts";
import type { Ports } from "../aws/ports.ts";
import type { FunctionConfig } from "../setup/config.ts";
import { dispatchRequest } from "./dispatch-request.ts";
import { type LookPosition, newRound, readPosition, savePosition } from "./look-position.ts";
import { nextStart } from "./next-start.ts";
import { EndedJobs } from "./remove-ended.ts";

/** Result of a slow look, for the one log line. */
export interface SlowLookReport {
  /** Pages listed. */
  pages: number;
  /** Status objects read, since nothing else told that they are no requests. */
  read: number;
  dispatched: number;
  failed: { prefix: string; error: string }[];
  /** Jobs removed, since they ended long ago. */
  removed: number;
  /** Whether it has come to the end of the bucket; the next one begins a round. */
  isRoundDone: boolean;
}

/**
 * Requests of S3 for one look, pages and status objects together. One an hour lists 100,000 jobs of 13 objects in 22 hours, and
 * with what the heartbeat, the agent's looks and the sweep need, it stays below 200 an hour.
 */
export const REQUESTS_PER_LOOK = 60;

/** For the marker of a request that is dispatched, besides reading its status object. */
const REQUESTS_PER_DISPATCH = 2;

/** ETags of the states that the cloud side writes. In a bucket with SSE-KMS an ETag tells nothing. */
const OWN_ETAGS: ReadonlySet<string> = new Set(
  (["JOB_SUBMIT", "JOB_COMPLETE", "JOB_ERROR"] satisfies State[]).map((state) =>
    createHash("md5").update(formatStatus(state)).digest("hex"),
  ),
);

/** The times that a slow look goes by. */
export type SlowLookTimes = Pick<FunctionConfig, "redispatchSeconds"> &
  Partial<Pick<FunctionConfig, "keepJobsDays">>;

/**
 * Goes on through all keys of the bucket from where the last look stopped, and dispatches requests that no event told of. It costs
 * the same each hour, however many jobs there are; with more of them a round takes longer. What ended longer ago than jobs are
 * kept is removed, which costs as much as there is to remove.
 *
 * @param invocation Lambda request id
 * @param timeIsUp aborted when nothing more is to be begun
 * @throws when S3 does not list; how far it came is kept
 */
export async function slowLook(
  times: SlowLookTimes,
  invocation: string,
  ports: Ports,
  timeIsUp: AbortSignal,
): Promise<SlowLookReport> {
  const { position, etag } = await readPosition(ports.store, ports.now());
  // A round begins when it is gone through, not when the last one ended.
  const start =
    position.after === ""
      ? { ...position, ...newRound(ports.now(), position.seenUntil), failed: false }
      : position;
  const look = new SlowLook(start, times, invocation, ports, timeIsUp);
  try {
    await look.goOn();
  } finally {
    await savePosition(ports.store, look.position, etag);
  }
  return look.report;
}

/** One slow look on its way. */
class SlowLook {
  readonly report: SlowLookReport = {
    pages: 0,
    read: 0,
    dispatched: 0,
    failed: [],
    removed: 0,
    isRoundDone: false,
  };
  position: LookPosition;
  #left = REQUESTS_PER_LOOK;
  #pending: Promise<ReadonlySet<string>> | undefined;
  readonly #times: SlowLookTimes;
  readonly #invocation: string;
  readonly #ports: Ports;
  readonly #timeIsUp: AbortSignal;
  /** undefined: all jobs are kept. */
  readonly #ended: EndedJobs | undefined;

  constructor(
    position: LookPosition,
    times: SlowLookTimes,
    invocation: string,
    ports: Ports,
    timeIsUp: AbortSignal,
  ) {
    this.position = position;
    this.#times = times;
    this.#invocation = invocation;
    this.#ports = ports;
    this.#timeIsUp = timeIsUp;
    const { keepJobsDays } = times;
    this.#ended = keepJobsDays
      ? new EndedJobs(keepJobsDays, invocation, ports, timeIsUp)
      : undefined;
  }

  async goOn(): Promise<void> {
    const { removing } = this.position;
    if (removing !== undefined)
      await this.#remove(removing, async (ended) => ended.resume(removing));
    let token: string | undefined;
    while (this.#mayAsk()) {
      this.#left -= 1;
      this.report.pages += 1;
      const { objects, next } = await this.#ports.store.page({ after: this.position.after, token });
      let before = this.position.after;
      for (const entry of objects) {
        const prefix = this.#candidate(entry);
        if (prefix !== undefined && !(await this.#pass(prefix, entry))) return this.#moveTo(before);
        const old = jobOf(entry);
        if (old !== undefined) await this.#remove(old, async (ended) => ended.pass(old, entry));
        before = entry.key;
      }
      if (next === undefined) return this.#endRound();
      const last = objects.at(-1)?.key;
      if (last !== undefined) this.#moveTo(nextStart(last));
      // S3 passes over what it does not show, such as removed objects: a page may be empty.
      token = last === undefined ? next : undefined;
    }
  }

  #mayAsk(): boolean {
    return this.#left > 0 && !this.#timeIsUp.aborted;
  }

  #moveTo(after: string): void {
    this.position = { ...this.position, after };
  }

  #endRound(): void {
    const { began, failed, seenUntil, removing } = this.position;
    const round = newRound(this.#ports.now(), failed ? seenUntil : began);
    this.position = { ...round, ...(removing !== undefined && { removing }) };
    this.report.isRoundDone = true;
  }

  /** The prefix of an object that may be a request; undefined: it is none, by what the listing tells. */
  #candidate(entry: ObjectEntry): string | undefined {
    const prefix = jobOf(entry);
    if (prefix === undefined) return undefined;
    return OWN_ETAGS.has(entry.etag) || !this.#isDue(entry) ? undefined : prefix;
  }

  /** Looks at a status object. False: it needs a request, and none may be made now. */
  async #pass(prefix: string, entry: ObjectEntry): Promise<boolean> {
    this.#pending ??= pendingWrites(this.#ports.store);
    if ((await this.#pending).has(`${prefix}/${entry.etag}`)) return true;
    if (!this.#mayAsk()) return false;
    this.#left -= 1;
    this.report.read += 1;
    try {
      const input = { key: entry.key, invocation: this.#invocation };
      const { did } = await dispatchRequest(input, this.#ports);
      if (did === "nothing") return true;
      this.#left -= REQUESTS_PER_DISPATCH;
      this.report.dispatched += 1;
    } catch (error) {
      this.position = { ...this.position, failed: true };
      this.report.failed.push({ prefix, error: messageOf(error) });
    }
    return true;
  }

  /** Has a job removed that ended long ago, and remembers what is not finished. */
  async #remove(prefix: string, act: (ended: EndedJobs) => Promise<void>): Promise<void> {
    const ended = this.#ended;
    try {
      if (ended) await act(ended);
    } catch (error) {
      this.report.failed.push({ prefix, error: messageOf(error) });
    }
    const { removing: _, ...position } = this.position;
    const removing = ended?.unfinished;
    this.position = { ...position, ...(removing !== undefined && { removing }) };
    this.report.removed = ended?.removed ?? 0;
  }

  /** Whether it is old enough, so that no event is on its way, and was not read in the last round. */
  #isDue({ lastModified }: ObjectEntry): boolean {
    if (lastModified === undefined) return true;
    const isOldAt = (time: Date) =>
      time.getTime() - lastModified.getTime() > this.#times.redispatchSeconds * 1000;
    const { seenUntil } = this.position;
    return isOldAt(this.#ports.now()) && !(seenUntil && isOldAt(new Date(seenUntil)));
  }
}

/** The prefix of which an entry is the status object; undefined: it is none of a job's. */
function jobOf({ key }: ObjectEntry): string | undefined {
  const prefix = prefixOfStatusKey(key);
  const isNone = prefix?.includes("/") || `${prefix}/` === SYSTEM_FOLDER;
  return isNone ? undefined : prefix;
}

/** The writes of status objects that have a marker. */
async function pendingWrites(store: Ports["store"]): Promise<ReadonlySet<string>> {
  const writes = new Set<string>();
  for await (const { request, asked } of listQueue(store))
    if (asked) writes.add(`${request.prefix}/${asked.etag}`);
  return writes;
}
