import { mapBounded } from "../../../bucket/flow/each-bounded.ts";
import type { Context } from "../../context.ts";
import { isLeft, type OwnedNotes } from "../owned-notes.ts";
import type { PendingCancel } from "../pending-cancels.ts";
import { failureLine } from "./result-lines.ts";
import { Tries } from "./tries.ts";

/** Jobs that are asked for at a time. */
const AT_ONCE = 8;

/** Ports of LeftCancels. */
interface LeftCancelsPorts {
  context: Pick<Context, "store" | "submitter" | "now" | "sleep" | "say">;
  pending: Pick<OwnedNotes<PendingCancel>, "list" | "remove">;
  log: (line: string) => void;
}

/** Asks for what calls of scancel had no time for. Each job is asked for by itself, whatever becomes of others. */
export class LeftCancels {
  readonly #ports: LeftCancelsPorts;
  readonly #tries = new Tries();
  /** Jobs of calls that are settled, while others of theirs are not. */
  readonly #settled = new Set<string>();

  constructor(ports: LeftCancelsPorts) {
    this.#ports = ports;
  }

  /**
   * Looks once: a read for each job of a call that is gone, and a write where it was not asked for. One that fails, or is
   * still at an earlier request, is tried again later; nothing waits for it.
   *
   * @returns whether there are such calls, or any that are at it
   */
  async look(): Promise<boolean> {
    const { pending, context } = this.#ports;
    const calls = await pending.list();
    let left = calls.length;
    for (const call of calls.filter((one) => isLeft(one, context.now()))) {
      const jobs = call.jobs.map((job, at) => ({ ...job, key: `${call.submission} ${at}` }));
      const settled = await mapBounded(jobs, AT_ONCE, (job) => this.#settle(job));
      if (settled.includes(false)) continue;
      for (const { key } of jobs) this.#settled.delete(key);
      await pending.remove(call);
      left -= 1;
    }
    return left > 0;
  }

  /** @returns whether nothing is left to try */
  async #settle({
    key,
    tasks,
    ...job
  }: PendingCancel["jobs"][number] & { key: string }): Promise<boolean> {
    const { context, log } = this.#ports;
    const now = () => context.now().getTime();
    if (this.#settled.has(key)) return true;
    if (!this.#tries.isDue(key, now())) return false;
    // Few fetchers ever have such work.
    const { cancelOne } = await import("./cancel-one.ts");
    try {
      const asked = await cancelOne(context, job, tasks && { tasks }, 0);
      if (asked === "busy" && this.#tries.goesOn(key, asked, now())) return false;
    } catch (error) {
      log(`${job.prefix}: ${failureLine(context.say, error)}`);
      if (this.#tries.goesOn(key, error, now())) return false;
    }
    this.#tries.done(key);
    this.#settled.add(key);
    return true;
  }
}
