import { readStatus } from "../../../bucket/job-objects/status.ts";
import { whyStaysAtAll } from "../../../bucket/tidy/may-go.ts";
import type { Context } from "../../context.ts";
import { EXIT } from "../../errors/exit-code.ts";
import { type Goner, removalOutput, removeJobs, tell } from "../../jobs/remove-jobs.ts";
import { commandLine } from "../../output/command-line.ts";
import { type AskYes, askYes } from "../../ui/ask-yes.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import { cancelVerb } from "../cancel/description.ts";
import type { rmVerb } from "./description.ts";

/**
 * `rm PREFIX...`: removes jobs that are not active.
 *
 * @returns the exit code: 2 when a job was not to be removed; the others are
 */
export async function rm(
  context: Context,
  prefixes: readonly string[],
  flags: FlagsOf<typeof rmVerb>,
  ask: AskYes | undefined,
): Promise<number> {
  const { store, say, json, given } = context;
  const goners: Goner[] = [];
  let isRefused = false;
  for (const prefix of new Set(prefixes)) {
    const status = await readStatus(store, prefix);
    const why = whyStaysAtAll(prefix, status);
    if (status && !why) {
      goners.push({ prefix, status });
      continue;
    }
    isRefused = true;
    if (json) tell(context, { prefix, result: why === "active" ? "active" : "no-job" });
    const command = commandLine(given, cancelVerb, { prefix: [prefix] });
    const state = status?.state ?? say("status.unknown");
    if (why === "active") context.error(say("rm.active", { prefix, state, command }));
    else context.error(say("problem.noSuchJob", { prefix }));
  }
  const exitCode = await removeJobs(context, goners, flags, ask);
  return isRefused ? EXIT.usage : exitCode;
}

export const work: VerbWork<typeof rmVerb> = {
  output: removalOutput,
  run: async ({ ui, jobs }, { prefix }, flags) =>
    rm(await jobs(), prefix, flags, askYes(ui.say, process)),
};
