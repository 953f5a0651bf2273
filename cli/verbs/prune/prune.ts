import { mapBounded } from "../../../bucket/flow/each-bounded.ts";
import { readPresentManifest } from "../../../bucket/job-objects/manifest.ts";
import { type Stays, whyStays } from "../../../bucket/tidy/may-go.ts";
import type { Context } from "../../context.ts";
import { CommandError } from "../../errors/command-error.ts";
import { bucketNow } from "../../jobs/bucket-clock.ts";
import { checkPattern } from "../../jobs/check-prefix.ts";
import { namePattern } from "../../jobs/job-name.ts";
import { neededPrefixes, readAllJobs } from "../../jobs/needed-prefixes.ts";
import { type Goner, removalOutput, removeJobs } from "../../jobs/remove-jobs.ts";
import { sinceBy } from "../../jobs/since.ts";
import { type AskYes, askYes } from "../../ui/ask-yes.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { pruneVerb } from "./description.ts";

/** Objects read at a time. */
const AT_ONCE = 32;

/**
 * `prune --older AGE [PATTERN]`: removes what ended before. It reads the status object of every job that it may list, since any
 * of them may name another one.
 *
 * @returns the exit code
 */
export async function prune(
  context: Context,
  pattern: string | undefined,
  flags: FlagsOf<typeof pruneVerb>,
  ask: AskYes | undefined,
): Promise<number> {
  const { store, say } = context;
  if (flags.older === undefined)
    throw new CommandError("usage", (told) => told("problem.needsOlder"));
  const olderThan = sinceBy(flags.older, context.now(), "--older");
  if (pattern !== undefined) checkPattern(pattern);
  const { fits, start } = namePattern(pattern);
  const { jobs: seen, isSure } = await readAllJobs(context, start);
  const before = olderThan(bucketNow(context));
  const named = await neededPrefixes(context, seen);
  const stay = { active: 0, named: 0, young: 0, "data-set": 0, "no-job": 0 } satisfies Record<
    Stays,
    number
  >;
  const fitting = seen.filter(({ prefix }) => fits(prefix));
  const goners = await mapBounded(
    fitting,
    AT_ONCE,
    async ({ prefix, status }): Promise<Goner[]> => {
      const isNamed = (name: string) => named.has(name);
      const why = await whyStays(store, prefix, status, { before, isNamed });
      if (why === "named") context.err(say("prune.named", { prefix }));
      if (why) {
        stay[why] += 1;
        return [];
      }
      if (!flags.keepResults) return [{ prefix, status }];
      const inputs = (await readPresentManifest(store, prefix))?.inputs;
      return inputs ? [{ prefix, status, inputs }] : [];
    },
  );
  const all = goners.flat();
  if (all.length === 0) {
    const { active, named: needed, young } = stay;
    const isSome = active + needed + young > 0;
    context.err(isSome ? say("prune.stay", { active, named: needed, young }) : say("prune.none"));
  }
  if (all.length > 0 && !isSure) context.err(say("rm.othersUnseen"));
  return removeJobs(context, all, flags, ask);
}

export const work: VerbWork<typeof pruneVerb> = {
  output: removalOutput,
  run: async ({ ui, jobs }, { pattern }, flags) =>
    prune(await jobs(), pattern, flags, askYes(ui.say, process)),
};
