import { listQueue } from "../../bucket/job-objects/marker.ts";
import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import type { JobRemoval } from "../../bucket/tidy/job-removal.ts";
import { whyStays } from "../../bucket/tidy/may-go.ts";
import { namedPrefixes } from "../../bucket/tidy/named-prefixes.ts";
import { REQUESTS_PER_BATCH, removeJob } from "../../bucket/tidy/remove-job.ts";
import type { PrefixRemoval } from "../../protocol/event.ts";
import { endedAt, isBeingRemoved } from "../../protocol/removal.ts";
import type { Ports } from "../aws/ports.ts";

/** Requests of S3 for the removals of one look: some 170 small jobs. */
export const REMOVAL_REQUESTS = 2000;

/** For one job besides its batches: two reads, the two writes and the read of its status object, the two events. */
const REQUESTS_PER_JOB = 8;

const DAY_MS = 86_400_000;

/** Removes jobs that ended long ago, as far as the budget of one look goes. */
export class EndedJobs {
  /** Prefixes that were removed. */
  removed = 0;
  /** The job whose removal is to go on. */
  unfinished: string | undefined;
  readonly #before: Date;
  readonly #ports: Ports;
  readonly #invocation: string;
  readonly #timeIsUp: AbortSignal;
  #left = REMOVAL_REQUESTS;
  /** Prefixes that jobs need which have not ended; undefined: they are too many to be read. */
  #named: Promise<ReadonlySet<string> | undefined> | undefined;

  constructor(keepJobsDays: number, invocation: string, ports: Ports, timeIsUp: AbortSignal) {
    this.#before = new Date(ports.now().getTime() - keepJobsDays * DAY_MS);
    this.#ports = ports;
    this.#invocation = invocation;
    this.#timeIsUp = timeIsUp;
  }

  /** Goes on with the removal that the last look has not finished. */
  async resume(prefix: string): Promise<void> {
    this.unfinished = prefix;
    const status = await readStatus(this.#ports.store, prefix);
    this.unfinished = undefined;
    if (status && isBeingRemoved(status)) await this.#judge(prefix, status);
  }

  /**
   * Removes the job of a status object if it may go. S3's word for the time counts, not the object's own.
   *
   * @param entry as it was listed
   */
  async pass(
    prefix: string,
    { etag, lastModified }: { etag: string; lastModified: Date | undefined },
  ): Promise<void> {
    if (lastModified === undefined || lastModified >= this.#before || !this.#mayBegin()) return;
    this.#left -= 1;
    const status = await readStatus(this.#ports.store, prefix);
    if (status?.etag === etag) await this.#judge(prefix, status);
  }

  async #judge(prefix: string, status: StatusObject): Promise<void> {
    const { store } = this.#ports;
    const before = this.#before;
    const isNamed = async (name: string) => {
      this.#named ??= this.#readNamed();
      const named = await this.#named;
      return named === undefined || named.has(name);
    };
    if (await whyStays(store, prefix, status, { before, isNamed })) return;
    this.#left -= REQUESTS_PER_JOB;
    const none = { objects: 0, bytes: 0 };
    await this.#tell(prefix, status, { did: "begun", ...none });
    this.unfinished = prefix;
    const { end, objects, bytes }: JobRemoval = await removeJob(store, prefix, status, {
      nonce: this.#invocation.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 64),
      mayGoOn: () => (this.#left -= REQUESTS_PER_BATCH) > 0 && !this.#timeIsUp.aborted,
      // It may not read what it removes.
      hasConditions: false,
    });
    if (end !== "stopped") this.unfinished = undefined;
    if (end === "removed") this.removed += 1;
    await this.#tell(prefix, status, { did: end, objects, bytes });
  }

  async #tell(
    prefix: string,
    status: StatusObject,
    what: Pick<PrefixRemoval, "did" | "objects" | "bytes">,
  ): Promise<void> {
    const at = this.#ports.now();
    await this.#ports.announceRemoval({
      version: 1,
      bucket: this.#ports.bucketName,
      prefix,
      submission: status.submission,
      at: at.toISOString(),
      endedAt: (endedAt(status) ?? at).toISOString(),
      ...what,
    });
  }

  #mayBegin(): boolean {
    return (
      this.#left > REQUESTS_PER_JOB + REQUESTS_PER_BATCH &&
      this.unfinished === undefined &&
      !this.#timeIsUp.aborted
    );
  }

  /** From the pending markers, which each job has until it has ended. */
  async #readNamed(): Promise<ReadonlySet<string> | undefined> {
    const { store } = this.#ports;
    const named = new Set<string>();
    this.#left -= 1;
    for await (const { request, asked } of listQueue(store)) {
      const { prefix, action } = request;
      if (action !== "run") continue;
      this.#left -= asked ? 1 : 2;
      if (!this.#mayBegin()) return undefined;
      const metadata = asked?.metadata ?? (await readStatus(store, prefix))?.metadata ?? {};
      for (const name of await namedPrefixes(store, { prefix, metadata })) named.add(name);
    }
    return named;
  }
}
