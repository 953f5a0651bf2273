import { inOrder } from "../../../bucket/flow/in-order.ts";
import { isSweep } from "../../../bucket/job-objects/is-sweep.ts";
import { listPrefixes } from "../../../bucket/job-objects/list-prefixes.ts";
import { readStatus } from "../../../bucket/job-objects/status.ts";
import { isDataSet, whyStaysAtAll } from "../../../bucket/tidy/may-go.ts";
import { isPrefix } from "../../../protocol/prefix.ts";
import type { Context } from "../../context.ts";
import { isDenied } from "../../errors/aws-error.ts";
import { EXIT } from "../../errors/exit-code.ts";
import { JOBS_AT_ONCE } from "../../jobs/each-job.ts";
import { neededPrefixes, readAllJobs } from "../../jobs/needed-prefixes.ts";
import { type Goner, removalOutput, removeJobs, tell } from "../../jobs/remove-jobs.ts";
import { commandLine } from "../../output/command-line.ts";
import { type AskYes, askYes } from "../../ui/ask-yes.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import { cancelVerb } from "../cancel/description.ts";
import { dataRmVerb } from "../data/description.ts";
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
  const { say } = context;
  const goners: Goner[] = [];
  let isRefused = false;
  const judging = async (prefix: string) => judge(context, prefix);
  await inOrder([...new Set(prefixes)], JOBS_AT_ONCE, judging, (found) => {
    if (!("refuse" in found)) return void goners.push(found);
    found.refuse();
    isRefused = true;
  });
  if (goners.length > 0) {
    const needed = await neededBy(context, prefixes);
    for (const { prefix } of goners) {
      const job = needed.get(prefix);
      if (job !== undefined) context.err(say("rm.needed", { prefix, job }));
    }
  }
  const exitCode = await removeJobs(context, goners, flags, ask);
  return isRefused ? EXIT.usage : exitCode;
}

/** @returns `refuse`: it stays, and this says why */
async function judge(context: Context, prefix: string): Promise<Goner | { refuse: () => void }> {
  const { store, say, json, given } = context;
  const refuse = (result: "active" | "no-job" | "data-set", line: string) => ({
    refuse: () => {
      if (json) tell(context, { prefix, result });
      context.error(line);
    },
  });
  const active = (job: string, state: string) => {
    const command = commandLine(given, cancelVerb, { prefix: [job] });
    const isRow = job !== prefix;
    const line = isRow
      ? say("rm.row", { prefix, job, state, command })
      : say("rm.active", { prefix, state, command });
    return refuse("active", line);
  };
  const status = await readStatus(store, prefix);
  const why = whyStaysAtAll(prefix, status);
  if (why === "active") return active(prefix, status?.state ?? say("status.unknown"));
  if (status && !why) return { prefix, status };
  if (status || !(await isThere(context, prefix)))
    return refuse("no-job", say("problem.noSuchJob", { prefix }));
  if (await isDataSet(store, prefix)) {
    const command = commandLine(given, dataRmVerb, { name: [prefix] });
    return refuse("data-set", say("rm.dataSet", { prefix, command }));
  }
  for await (const job of rows(context, prefix)) {
    const row = await readStatus(store, job);
    if (row && whyStaysAtAll(job, row) === "active")
      return active(job, row.state ?? say("status.unknown"));
  }
  return { prefix, status: undefined };
}

/** Whether there are objects below a prefix. */
async function isThere({ store }: Context, prefix: string): Promise<boolean> {
  if (!isPrefix(prefix)) return false;
  for await (const _ of store.list(`${prefix}/`, { delimiter: "/" })) return true;
  return false;
}

/** Jobs whose names are those of rows of a sweep: as they are in the bucket, whatever the sweep's object says. */
async function* rows({ store }: Context, name: string): AsyncGenerator<string> {
  if (!(await isSweep(store, name))) return;
  for await (const prefix of listPrefixes(store, `${name}-`))
    if (/^\d{1,5}$/.test(prefix.slice(name.length + 1))) yield prefix;
}

/** The prefixes that active jobs need, as far as those may be listed; says when they may not be. */
async function neededBy(
  context: Context,
  [first = ""]: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const own = first.indexOf("--");
  try {
    const seen = await readAllJobs(context, own < 0 ? "" : first.slice(0, own + 2));
    const needed = await neededPrefixes(context, seen.jobs);
    if (!seen.isSure) context.err(context.say("rm.othersUnseen"));
    return needed;
  } catch (error) {
    if (!isDenied(error)) throw error;
    context.err(context.say("rm.othersUnseen"));
    return new Map();
  }
}

export const work: VerbWork<typeof rmVerb> = {
  output: removalOutput,
  run: async ({ ui, jobs }, { prefix }, flags) =>
    rm(await jobs(), prefix, flags, askYes(ui.say, process)),
};
