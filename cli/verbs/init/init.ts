import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { succeeds } from "../../../bucket/flow/succeeds.ts";
import { CONFIG_FILE } from "../../config.ts";
import { CommandError } from "../../errors/command-error.ts";
import { EXIT } from "../../errors/exit-code.ts";
import type { Settings } from "../../global-flags.ts";
import { printResult, type Ui } from "../../ui/ui.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import { askOnTerminal } from "./ask.ts";
import type { initVerb } from "./description.ts";

/** Ports of `init`. */
export interface InitContext extends Ui {
  cwd: string;
  /** Asks for missing settings; undefined: no user is there to ask. */
  ask: ((known: Settings) => Promise<Settings | "cancelled">) | undefined;
}

/** Output of `init --json`. */
export const initOutput = z.object({
  path: z.string().describe("the file"),
  settings: z.object({
    bucket: z.string(),
    region: z.string().optional(),
    profile: z.string().optional(),
    sse: z.string().optional(),
  }),
});

/**
 * `init`: writes cloud-submit.json into the working folder. It asks for what the flags do not say, but only on
 * a terminal.
 *
 * @returns the exit code: that of an interruption when the questions were left
 * @throws CloudSubmitError `usage` when nothing is to be asked and the bucket is not given, or a file is there
 */
export async function init(
  context: InitContext,
  flags: Settings & FlagsOf<typeof initVerb>,
): Promise<number> {
  const { say } = context;
  const path = join(context.cwd, CONFIG_FILE);
  const isThere = await succeeds(access(path));
  if (isThere && !flags.force)
    throw new CommandError("usage", (told) => told("problem.fileIsThere", { path }));
  const known = {
    bucket: flags.bucket,
    region: flags.region,
    profile: flags.profile,
    sse: flags.sse,
  };
  let settings: Settings = known;
  if (known.bucket === undefined && context.ask !== undefined && !context.json) {
    const answers = await context.ask(known);
    if (answers === "cancelled") {
      context.error(say("init.cancelled"));
      return EXIT.interrupted;
    }
    settings = { ...answers, sse: flags.sse };
  }
  const { bucket, region, profile, sse } = settings;
  if (!bucket) throw new CommandError("usage", (told) => told("init.noBucket"));
  const kept = {
    bucket,
    ...(region && { region }),
    ...(profile && { profile }),
    ...(sse && { sse }),
  };
  await writeFile(path, `${JSON.stringify(kept, null, 2)}\n`);
  printResult(context, { path, settings: kept }, () => [say("init.written", { path })]);
  context.err(say("init.next"));
  return EXIT.ok;
}

export const work: VerbWork<typeof initVerb> = {
  output: initOutput,
  run: async ({ ui, global }, _args, flags) => {
    const ask = askOnTerminal(ui.say, process);
    return init({ ...ui, cwd: process.cwd(), ask }, { ...global, ...flags });
  },
};
