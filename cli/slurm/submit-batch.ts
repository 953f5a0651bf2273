import { statSync } from "node:fs";
import { homedir } from "node:os";
import { relative, resolve } from "node:path";
import { BOARD_METADATA } from "../../protocol/board.ts";
import {
  ARGUMENTS_MAX,
  ARGUMENTS_MAX_BYTES,
  type From,
  type Input,
  ORIGINS_MAX,
} from "../../protocol/manifest.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { OPEN_METADATA } from "../../protocol/open-submission.ts";
import { submitJob } from "../jobs/submit-job.ts";
import { commandLine } from "../output/command-line.ts";
import { putTexts } from "../sweep/put-texts.ts";
import type { AskYes } from "../ui/ask-yes.ts";
import { statusVerb } from "../verbs/status/description.ts";
import { type SbatchCall, type SbatchOptions, withoutOptions } from "./args.ts";
import { awaitId } from "./await-id.ts";
import { boardId } from "./board-id.ts";
import { addElsewhere, chosenInputs, onlyThese } from "./chosen-inputs.ts";
import { type Dependencies, dependenciesOf } from "./dependencies.ts";
import { checkFolder, sizeOf } from "./folder-rule.ts";
import type { JobFile } from "./job-file.ts";
import { JobFiles } from "./job-files.ts";
import { namedFiles } from "./named-files.ts";
import { Places, realOf, workingFolder } from "./places.ts";
import { optionsOf, planOf } from "./plan.ts";
import type { GivenScript } from "./script-text.ts";
import { sendElsewhere } from "./send-elsewhere.ts";
import type { SlurmContext } from "./slurm-context.ts";
import { slurmError } from "./slurm-error.ts";

/** MD5 of nothing: the ETag of an empty folder, for which nothing is asked of the bucket. */
const EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e";

/** Options whose paths have places of their own, or mean nothing there. */
const OWN_PATHS = ["chdir", "comment", "error", "input", "job-name", "output"];

/** A call of sbatch, as far as it was read. */
export interface Batch {
  call: SbatchCall;
  options: SbatchOptions;
  script: GivenScript;
  /** Asks on the terminal; undefined: there is none. */
  ask?: AskYes | undefined;
}

/**
 * Sends a job to the cloud, waits for its id, and writes its file.
 *
 * @returns the file
 * @throws SlurmError, CloudSubmitError when nothing was submitted, or Slurm did not take it
 */
export async function submitBatch(slurm: SlurmContext, batch: Batch): Promise<JobFile> {
  const { folders, env } = slurm;
  const { call, options, script } = batch;
  const files = new JobFiles(folders.jobs);
  const value = optionsOf(options);
  const places = new Places(folderOf(value("chdir"), slurm));
  const root = places.roots[0] ?? "";
  const asked = value("dependency");
  const dependencies =
    asked === undefined ? undefined : await dependenciesOf(asked, (id) => files.read(id));
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
  // What is named by an option is all that is wanted.
  const named = inside ? [] : await namedFiles(textOf(batch), places, { ...rule, owner });
  const plan = planOf(call, options, { script, places, dependencies, env, user });
  if (plan.stdin !== undefined) {
    const place = places.sent(plan.stdin) ?? places.sent(realOf(plan.stdin));
    if (place !== undefined) inside?.push(place);
    else if (!named.some(({ path }) => path === plan.stdin))
      elsewhere.push(addElsewhere(places, plan.stdin, true));
  }
  const only = inside && onlyThese(inside);
  checkCall(call, places);
  await checkFolder(root, { ...rule, only });
  for (const { path, isFile } of elsewhere) if (!isFile) await checkFolder(path, rule);

  const board = await boardId(folders, () => slurm.context.secret());
  const context = withoutWays(slurm.context);
  const readKey = context.secret();
  const { results, "no-results": noResults } = options.cloud;
  const submitted = await submitJob({ ...context, secret: () => readKey }, root, {
    sbatchOptions: plan.options,
    scriptApart: true,
    without: new Set([SCRIPT_FILE]),
    only,
    filesAlone: true,
    ...(results.length > 0 && { results }),
    ...(noResults.length > 0 && { noResults }),
    after: afterOf(dependencies),
    metadata: { [OPEN_METADATA]: "1", [BOARD_METADATA]: board },
    manifest: {
      origins: places.replaced,
      ...(call.args.length > 0 && { arguments: [...call.args] }),
      from: fromOf(dependencies, root),
    },
    also: async (prefix, key, sent) => {
      const texts = await putTexts(context.store, prefix, { [SCRIPT_FILE]: plan.script }, key);
      const others = await sendElsewhere(context, [...elsewhere, ...named], {
        prefix,
        readKey: key,
      });
      const all = [...texts, ...others];
      const needed = new Set([...plan.folders, ...places.origins(inside).map(({ at }) => at)]);
      return [...all, ...emptyFolders(needed, [...sent, ...all])];
    },
  });
  const { prefix, submission } = submitted;
  const { say, given, interrupt } = slurm.context;
  interrupt.at({
    command: commandLine(given, statusVerb, { prefix }),
    line: (told, command) => told("slurm.interrupted", { command }),
  });
  const record = await awaitId(slurm.context, { prefix, submission });
  const id = record.slurm?.jobId ?? "";
  const job: JobFile = {
    version: 1,
    id,
    bucket: context.bucket,
    prefix,
    submission,
    board,
    readKey,
    origins: places.origins(inside),
    isOpen: true,
    asked: plan.asked,
    submittedAt: context.now().toISOString(),
    results: "waiting",
  };
  await files.write(job);
  interrupt.at(undefined);
  context.err(say("submit.done", { prefix }));
  return job;
}

/** The folder that is sent: where sbatch was called, or that of --chdir. @throws SlurmError when it is none */
function folderOf(chdir: string | undefined, { env, cwd }: SlurmContext): string {
  const here = workingFolder(env, cwd);
  const folder = chdir === undefined ? here : resolve(here, chdir);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw slurmError("sbatch", `--chdir: ${JSON.stringify(folder)} is no folder of this machine`);
  return folder;
}

/** What may name files of this machine: the script but for its options that do so in their own way, and its arguments. */
function textOf({ call, script }: Batch): string {
  return [withoutOptions(script.text, new Set(OWN_PATHS)), ...call.args].join("\n");
}

/** @throws SlurmError for more than a manifest may say */
function checkCall({ args }: SbatchCall, places: Places): void {
  if (args.length > ARGUMENTS_MAX || Buffer.byteLength(args.join("\0")) > ARGUMENTS_MAX_BYTES)
    throw slurmError(
      "sbatch",
      `the script's arguments are more than ${ARGUMENTS_MAX} or take more than ${ARGUMENTS_MAX_BYTES} bytes: put them into a file`,
    );
  if (places.replaced.length > ORIGINS_MAX)
    throw slurmError("sbatch", `more than ${ORIGINS_MAX} folders: give fewer by --cloud-input`);
}

/** Dependencies as --after takes them. */
function afterOf(dependencies: Dependencies | undefined): string[] {
  return (dependencies?.own ?? []).map(({ job, condition }) => `${job.prefix}:${condition}`);
}

/**
 * The results of jobs from the same folder that have not come back to it: the job begins with them as on a disk that both
 * share. Those that have come are in the folder itself, as the user may have changed them since.
 */
function fromOf(dependencies: Dependencies | undefined, root: string): From[] {
  const jobs = new Map((dependencies?.own ?? []).map(({ job }) => [job.prefix, job]));
  return [...jobs.values()].flatMap(({ prefix, readKey, origins, results }) => {
    const isSame = origins.some(({ path, at }) => at === "" && realOf(path) === realOf(root));
    if (!isSame || readKey === undefined || results === "fetched") return [];
    return [{ prefix, path: "", where: "", readKey }];
  });
}

/** Folders that must be there, as far as no file in them is sent. */
function emptyFolders(folders: ReadonlySet<string>, sent: readonly Input[]): Input[] {
  const isThere = (folder: string) =>
    sent.some(({ path }) => path.startsWith(`${folder}/`) || path === `${folder}/`);
  return [...folders]
    .filter((folder) => relative("", folder) !== "" && !isThere(folder))
    .map((folder) => ({ path: `${folder}/`, size: 0, etag: EMPTY_ETAG }));
}

/** The same context, of which an interruption does not tell how `cloud-submit submit` goes on. */
function withoutWays(context: SlurmContext["context"]): SlurmContext["context"] {
  const { interrupt } = context;
  const { signal } = interrupt;
  const silent = { at: () => undefined, wayOn: undefined, signal };
  return {
    ...context,
    interrupt: { ...silent, tidyBy: (task) => interrupt.tidyBy(task) },
  };
}
