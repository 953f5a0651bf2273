import { mapBounded } from "../../../bucket/flow/each-bounded.ts";
import { listPrefixes } from "../../../bucket/job-objects/list-prefixes.ts";
import { readText } from "../../../bucket/job-objects/read-object.ts";
import { readStatus, type StatusObject } from "../../../bucket/job-objects/status.ts";
import { whyStays, whyStaysAtAll } from "../../../bucket/tidy/may-go.ts";
import { namedPrefixes } from "../../../bucket/tidy/named-prefixes.ts";
import { type Inputs, MANIFEST_MAX_BYTES, parseManifest } from "../../../protocol/manifest.ts";
import { keyOf, MANIFEST_FILE } from "../../../protocol/objects.ts";
import { isPrefix } from "../../../protocol/prefix.ts";
import type { Context } from "../../context.ts";
import { isDenied } from "../../errors/aws-error.ts";
import { CommandError } from "../../errors/command-error.ts";
import { checkPattern } from "../../jobs/check-prefix.ts";
import { namePattern } from "../../jobs/job-name.ts";
import { type Goner, removalOutput, removeJobs } from "../../jobs/remove-jobs.ts";
import { parseSince } from "../../jobs/since.ts";
import { type AskYes, askYes } from "../../ui/ask-yes.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { pruneVerb } from "./description.ts";

/** Objects read at a time. */
const AT_ONCE = 32;

/** Manifests, which may be long, read at a time. */
const MANIFESTS_AT_ONCE = 4;

interface Seen {
  prefix: string;
  status: StatusObject;
}

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
  const before = parseSince(flags.older, context.now(), "--older");
  if (pattern !== undefined) checkPattern(pattern);
  const { fits, start } = namePattern(pattern);
  const seen = await readAll(context, start);
  const active = seen.filter(({ prefix, status }) => whyStaysAtAll(prefix, status) === "active");
  const named = new Set<string>();
  const readNames = async ({ prefix, status: { metadata } }: Seen) => {
    for (const name of await namedPrefixes(store, { prefix, metadata })) named.add(name);
  };
  await mapBounded(active, MANIFESTS_AT_ONCE, readNames);
  const fitting = seen.filter(({ prefix }) => fits(prefix));
  const goners = await mapBounded(
    fitting,
    AT_ONCE,
    async ({ prefix, status }): Promise<Goner[]> => {
      const isNamed = (name: string) => named.has(name);
      const why = await whyStays(store, prefix, status, { before, isNamed });
      if (why === "named") context.err(say("prune.named", { prefix }));
      if (why) return [];
      if (!flags.keepResults) return [{ prefix, status }];
      const inputs = await inputsOf(context, prefix);
      return inputs ? [{ prefix, status, inputs }] : [];
    },
  );
  const all = goners.flat();
  if (all.length === 0) context.err(say("prune.none"));
  return removeJobs(context, all, flags, ask);
}

/** Every job that may be listed, with its status object. */
async function readAll({ store }: Context, start: string): Promise<Seen[]> {
  const names: string[] = [];
  try {
    for await (const prefix of listPrefixes(store)) names.push(prefix);
  } catch (error) {
    // Users with prefixes of their own may list those only, and see no other user's.
    if (!isDenied(error) || start === "") throw error;
    for await (const prefix of listPrefixes(store, start)) names.push(prefix);
  }
  const statuses = await mapBounded(names.filter(isPrefix), AT_ONCE, async (prefix) => ({
    prefix,
    status: await readStatus(store, prefix),
  }));
  return statuses.flatMap(({ prefix, status }) => (status ? [{ prefix, status }] : []));
}

/** The inputs of a job that has ended, as its manifest says; undefined: it has none that can be read. */
async function inputsOf({ store }: Context, prefix: string): Promise<Inputs | undefined> {
  const text = await readText(store, keyOf(prefix, MANIFEST_FILE), MANIFEST_MAX_BYTES);
  return text === undefined ? undefined : parseManifest(text)?.inputs;
}

export const work: VerbWork<typeof pruneVerb> = {
  output: removalOutput,
  run: async ({ ui, jobs }, { pattern }, flags) =>
    prune(await jobs(), pattern, flags, askYes(ui.say, process)),
};
