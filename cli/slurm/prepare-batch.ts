import { statSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { formatAfter } from "../../protocol/after.ts";
import { ARGUMENTS_MAX, ARGUMENTS_MAX_BYTES, ORIGINS_MAX } from "../../protocol/manifest.ts";
import {
  SBATCH_METADATA_MAX_BYTES,
  sbatchMetadata,
  sbatchOptions,
} from "../../protocol/sbatch-options.ts";
import type { AskYes } from "../ui/ask-yes.ts";
import { quoted, type SbatchCall, type SbatchOptions, withoutOptions } from "./args.ts";
import { addElsewhere, chosenInputs } from "./chosen-inputs.ts";
import type { Dependencies } from "./dependencies.ts";
import { sizeOf } from "./folder-rule.ts";
import type { JobFile } from "./job-file.ts";
import type { JobFiles } from "./job-files.ts";
import { namedFiles } from "./named-files.ts";
import { Places, realOf, workingFolder } from "./places.ts";
import { optionsOf, type Plan, planOf } from "./plan.ts";
import type { GivenScript } from "./script-text.ts";
import type { Elsewhere } from "./send-elsewhere.ts";
import type { SlurmContext } from "./slurm-context.ts";
import { slurmError } from "./slurm-error.ts";

/** Options whose paths have places of their own, or mean nothing there. */
const OWN_PATHS: ReadonlySet<string> = new Set(
  "chdir comment error input job-name output".split(" "),
);

/** A job of `--dependency=singleton` begins with the results of so many others at most: of the last ones. */
const SAME_MAX = 8;

/** A call of sbatch, as far as it was read. */
export interface Batch {
  call: SbatchCall;
  options: SbatchOptions;
  script: GivenScript;
  /** Asks on the terminal; undefined: there is none. */
  ask?: AskYes | undefined;
}

/** All that is sent for a call. */
export interface Prepared {
  plan: Plan;
  places: Places;
  /** The folder that is sent. */
  root: string;
  /** Paths of it that are sent alone; undefined: all of it. */
  inside: string[] | undefined;
  /** Chosen besides: all of it must be sent. */
  elsewhere: Elsewhere[];
  /** Goes along because the script names it. */
  named: Elsewhere[];
  dependencies: Dependencies | undefined;
  /** For folders that were chosen. */
  rule: { limit: number | undefined; yes: boolean; home: string; ask: AskYes | undefined };
}

/**
 * Decides what is sent for a call of sbatch. Nothing is asked of the bucket.
 *
 * @throws SlurmError when it cannot be
 */
export async function prepareBatch(
  slurm: SlurmContext,
  batch: Batch,
  files: Pick<JobFiles, "read" | "listNewest">,
): Promise<Prepared> {
  const { env } = slurm;
  const { call, options, script } = batch;
  const value = optionsOf(options);
  const places = new Places(folderOf(value("chdir"), slurm));
  const asked = value("dependency");
  const name = value("job-name") ?? script.name;
  const dependencies =
    asked === undefined
      ? undefined
      : await (await import("./dependencies.ts")).dependenciesOf(
          asked,
          (id) => files.read(id),
          () => jobsBefore(name, files),
        );
  const [user = ""] = slurm.context.submitter.split("@");
  const { inside, elsewhere } = chosenInputs(options.cloud.input, places);
  const limit = value("cloud-limit");
  const rule = {
    limit: limit === undefined ? undefined : sizeOf(limit),
    yes: options.given.has("cloud-yes"),
    home: env.HOME || homedir(),
    ask: batch.ask,
  };
  const owner = { home: rule.home, uid: process.getuid?.() };
  // An option that names something names all that is wanted.
  const named = inside ? [] : await namedFiles(textOf(batch), places, { ...rule, owner });
  const whole = planOf(call, options, { script, places, dependencies, env, user });
  const before = dependencies?.own.map(({ job, condition }) => ({ ...job, condition })) ?? [];
  const room = SBATCH_METADATA_MAX_BYTES - (formatAfter(before)?.length ?? 0);
  const isLong = sbatchMetadata(whole.options).length > room;
  const plan = isLong
    ? (await import("./long-options.ts")).withLongInScript(whole, options, {
        room,
        metadata: sbatchMetadata,
        check: sbatchOptions,
        without: withoutOptions,
        quoted,
      })
    : whole;
  if (plan.stdin !== undefined) {
    const place = places.sent(plan.stdin) ?? places.sent(realOf(plan.stdin));
    if (place !== undefined) inside?.push(place);
    else if (!named.some(({ path }) => path === plan.stdin))
      elsewhere.push(addElsewhere(places, plan.stdin, true));
  }
  checkCall(call, places);
  const root = places.roots[0] ?? "";
  return { plan, places, root, inside, elsewhere, named, dependencies, rule };
}

/** The last jobs of a name whose results are not here yet, the oldest first. */
async function jobsBefore(name: string, files: Pick<JobFiles, "listNewest">): Promise<JobFile[]> {
  const all = await files.listNewest();
  return all
    .filter(({ asked, results }) => asked.name === name && results === "waiting")
    .slice(0, SAME_MAX)
    .toReversed();
}

/** The folder that is sent: where sbatch was called, or that of --chdir. @throws SlurmError when it is none */
function folderOf(chdir: string | undefined, { env, cwd }: SlurmContext): string {
  const here = workingFolder(env, cwd);
  const folder = chdir === undefined ? here : resolve(here, chdir);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw slurmError("sbatch", `--chdir: ${JSON.stringify(folder)} is no folder of this machine`);
  return folder;
}

/** The text that may name files of this machine: the script but for its options that do so in their own way, and its arguments. */
function textOf({ call, script }: Batch): string {
  return [withoutOptions(script.text, OWN_PATHS), ...call.args].join("\n");
}

/** @throws SlurmError for more than a manifest may say */
function checkCall({ args }: SbatchCall, places: Places): void {
  if (args.length > ARGUMENTS_MAX || Buffer.byteLength(args.join("\0")) > ARGUMENTS_MAX_BYTES)
    throw slurmError(
      "sbatch",
      `the script's arguments are more than ${ARGUMENTS_MAX} or take more than ${ARGUMENTS_MAX_BYTES} bytes: put them into a file`,
    );
  if (places.replaced.length > ORIGINS_MAX)
    throw slurmError(
      "sbatch",
      `the script names files in more than ${ORIGINS_MAX} folders: name those that it needs by --cloud-input=PATH`,
    );
}
