import { confirm, isCancel } from "@clack/prompts";
import * as z from "zod";
import type { Context } from "../../context.ts";
import { CommandError } from "../../errors/command-error.ts";
import { jobsNaming } from "../../jobs/data/jobs-naming.ts";
import { checkRemovable, removeDataset } from "../../jobs/data/remove-dataset.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { dataRmVerb } from "./description.ts";

/** Output of `data rm --json` for each data set. */
export const dataRmOutput = z.object({
  name: z.string(),
  objects: z.int().nonnegative().describe("objects that were removed"),
});

export interface RmOptions {
  yes?: boolean | undefined;
  /** Asks the user; undefined: there is none to ask. */
  ask: ((question: string) => Promise<boolean>) | undefined;
}

/**
 * `data rm NAME...`: removes data sets, after a question.
 *
 * @throws CloudSubmitError `usage` when nothing was removed: one is none, or is named by a job that has not ended, or
 * nobody said yes
 */
export async function dataRm(
  context: Context,
  given: readonly string[],
  { yes, ask }: RmOptions,
): Promise<void> {
  const { store, say, json } = context;
  const names = [...new Set(given)];
  const etags = new Map<string, string>();
  for (const name of names) etags.set(name, await checkRemovable(context, name));
  const { jobs, isSure } = await jobsNaming(store, names);
  const [used] = jobs;
  if (used)
    throw new CommandError("usage", (told) => told("data.used", { name: used[0], job: used[1] }));
  if (!isSure) context.err(say("rm.othersUnseen"));
  if (!yes) await confirmed(context, names, json ? undefined : ask);
  for (const [name, etag] of etags) {
    const removed = await removeDataset(context, name, etag);
    if (json) context.out(JSON.stringify(removed));
    else context.out(say("data.removed", removed));
  }
}

async function confirmed(
  { say }: Context,
  names: readonly string[],
  ask: RmOptions["ask"],
): Promise<void> {
  const isMeant = ask && (await ask(say("data.askRm", { names: names.join(", ") })));
  if (!isMeant) throw new CommandError("usage", (told) => told("data.notRemoved"));
}

/** Asks on a terminal; undefined when stdin or stdout is none. */
function askOnTerminal({ stdin, stdout }: Pick<NodeJS.Process, "stdin" | "stdout">) {
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  return async (message: string) => {
    const answer = await confirm({ message, initialValue: false });
    return !isCancel(answer) && answer;
  };
}

export const work: VerbWork<typeof dataRmVerb> = {
  output: dataRmOutput,
  run: async ({ jobs }, { name }, { yes }) =>
    dataRm(await jobs(), name, { yes, ask: askOnTerminal(process) }),
};
