import { mapBounded } from "../../../bucket/flow/each-bounded.ts";
import type { Context } from "../../context.ts";
import type { OwnedNotes } from "../owned-notes.ts";
import { isLeft } from "../owned-notes.ts";
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

/** Asks for what calls of scancel had no time for. */
export class LeftCancels {
  readonly #ports: LeftCancelsPorts;
  readonly #tries = new Tries();

  constructor(ports: LeftCancelsPorts) {
    this.#ports = ports;
  }

  /**
   * Looks once: a read for each job of a call that is gone, and a write where it was not asked for. What fails is tried
   * again later.
   *
   * @returns whether there are such calls, or any that are at it
   */
  async look(): Promise<boolean> {
    const { pending, context } = this.#ports;
    const calls = await pending.list();
    let left = calls.length;
    for (const call of calls) {
      const now = context.now();
      if (!isLeft(call, now) || !this.#tries.isDue(call.submission, now.getTime())) continue;
      if (await this.#settle(call)) left -= 1;
    }
    return left > 0;
  }

  /** @returns whether nothing is left to try */
  async #settle(call: PendingCancel): Promise<boolean> {
    const { pending, context, log } = this.#ports;
    // Few fetchers ever have such work.
    const { cancelOne } = await import("./cancel-one.ts");
    try {
      await mapBounded(call.jobs, AT_ONCE, async ({ tasks, ...job }) =>
        cancelOne(context, job, tasks && { tasks }),
      );
    } catch (error) {
      log(failureLine(context.say, error));
      if (this.#tries.goesOn(call.submission, error, context.now().getTime())) return false;
    }
    this.#tries.done(call.submission);
    await pending.remove(call);
    return true;
  }
}
