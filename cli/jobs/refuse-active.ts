import type { StatusObject } from "../../bucket/job-objects/status.ts";
import { isBeingRemoved } from "../../protocol/removal.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import type { Context } from "../context.ts";
import { CommandError } from "../errors/command-error.ts";
import { commandLine } from "../output/command-line.ts";
import { rmVerb } from "../verbs/rm/description.ts";
import { waitVerb } from "../verbs/wait/description.ts";

/**
 * Refuses to submit under a prefix whose job has not ended, or is being removed: objects that are there already may be gone
 * before the new one begins.
 *
 * @param status as it was just read; undefined: there is none
 * @throws CloudSubmitError `active-job`
 */
export function refuseActive(
  { given }: Pick<Context, "given">,
  prefix: string,
  status: StatusObject | undefined,
): void {
  const { state } = status ?? {};
  if (state !== undefined && !FINAL_STATES.has(state)) {
    const command = commandLine(given, waitVerb, { prefix: [prefix] });
    throw new CommandError("active-job", (say) =>
      say("problem.active", { prefix, state, command }),
    );
  }
  if (status && isBeingRemoved(status)) {
    const command = commandLine(given, rmVerb, { prefix: [prefix] });
    throw new CommandError("active-job", (say) => say("problem.beingRemoved", { prefix, command }));
  }
}
