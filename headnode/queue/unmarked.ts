import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { messageOf } from "../../protocol/error.ts";
import { requestName } from "../../protocol/request.ts";
import type { JobEntry, Phase } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";

/** Submissions that are asked about side by side: after a long absence there may be thousands. */
const AT_ONCE = 8;

/** Phases in which the agent itself removes the markers, or is about to. */
const ENDING: ReadonlySet<Phase> = new Set(["recorded", "done"]);

export interface UnmarkedOptions {
  journal: Pick<Journal, "all">;
  /** Finds out whether a submission was given up, and acts on it. */
  ask: (entry: JobEntry) => Promise<void>;
  log: Log;
}

/**
 * Finds submissions of the journal whose pending markers are gone from the bucket: the sweep removes those of what it gives up. Of each
 * it is asked once why that is so, since nobody gives up what has no marker.
 */
export class Unmarked {
  readonly #options: UnmarkedOptions;
  readonly #known = new WeakSet<JobEntry>();

  constructor(options: UnmarkedOptions) {
    this.#options = options;
  }

  /**
   * A look at the pending markers begins.
   *
   * @returns to be called with the names of all runs that it has found; what fails waits for the next look
   */
  begins(): (found: ReadonlySet<string>) => Promise<void> {
    const { journal, ask, log } = this.#options;
    // A marker that is written beside the look may not be in it.
    const before = journal.all().filter(({ markers = [] }) => markers.length > 0);
    return async (found) => {
      const missing = before.filter((entry) => {
        const isFound = found.has(requestName({ ...entry, action: "run" }));
        if (isFound) this.#known.delete(entry);
        return !isFound && !ENDING.has(entry.phase) && !this.#known.has(entry);
      });
      await eachBounded(missing, AT_ONCE, async (entry) => {
        try {
          await ask(entry);
          this.#known.add(entry);
        } catch (error) {
          const { prefix, submission } = entry;
          const fields = { prefix, submission, error: messageOf(error) };
          log("warn", "a submission without a marker is looked at later", fields);
        }
      });
    };
  }
}
