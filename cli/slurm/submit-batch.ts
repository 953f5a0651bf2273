import { relative } from "node:path";
import { BOARD_METADATA } from "../../protocol/board.ts";
import type { From, Input } from "../../protocol/manifest.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { OPEN_METADATA } from "../../protocol/open-submission.ts";
import { newSubmission } from "../jobs/request-run.ts";
import { type SubmitOptions, submitJob } from "../jobs/submit-job.ts";
import { commandLine } from "../output/command-line.ts";
import { putTexts } from "../sweep/put-texts.ts";
import { statusVerb } from "../verbs/status/description.ts";
import { awaitId } from "./await-id.ts";
import { boardId } from "./board-id.ts";
import { onlyThese } from "./chosen-inputs.ts";
import { type Dependencies, runsOf } from "./dependencies.ts";
import { checkFolder } from "./folder-rule.ts";
import type { JobFile } from "./job-file.ts";
import { JobFiles } from "./job-files.ts";
import type { OwnedNotes } from "./owned-notes.ts";
import { type PendingJob, pendingJobs } from "./pending-jobs.ts";
import { realOf } from "./places.ts";
import { beginningOf, withPrefixAdvice } from "./prefix-beginning.ts";
import { type Batch, type Prepared, prepareBatch } from "./prepare-batch.ts";
import { sendElsewhere } from "./send-elsewhere.ts";
import type { SlurmContext } from "./slurm-context.ts";
import { SlurmError } from "./slurm-error.ts";

/** MD5 of nothing: the ETag of an empty folder, for which nothing is asked of the bucket. */
const EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e";

/**
 * Sends a job to the cloud, waits for its id, and writes its file. From before it can run, the job is noted as pending: one
 * whose sbatch is ended meanwhile gets its file from the fetcher.
 *
 * @param start starts what brings results; called when the job may run
 * @returns the file
 * @throws SlurmError, CloudSubmitError when nothing was submitted, or Slurm did not take it
 */
export async function submitBatch(
  slurm: SlurmContext,
  batch: Batch,
  start: () => Promise<void>,
): Promise<JobFile> {
  const { folders, context } = slurm;
  const files = new JobFiles(folders.jobs);
  const pending = pendingJobs(folders.root);
  const prepared = await prepareBatch(slurm, batch, files);
  const job = await send(slurm, batch, prepared, pending);
  const { prefix, submission } = job;
  const { say, given, interrupt } = context;
  interrupt.at({
    command: commandLine(given, statusVerb, { prefix }),
    line: (told, command) => told("slurm.interrupted", { command }),
  });
  await start();
  const record = await awaitId(context, { prefix, submission }).catch(async (error: unknown) => {
    // Nothing runs, and nothing is to come.
    if (error instanceof SlurmError) await pending.remove(job);
    throw error;
  });
  const id = record.slurm?.jobId ?? "";
  const file: JobFile = { ...job, id, submittedAt: context.now().toISOString() };
  await files.write(file);
  await pending.remove(job);
  interrupt.at(undefined);
  context.err(say("submit.done", { prefix }));
  return file;
}

/** @returns the job as it is pending: it may run */
async function send(
  slurm: SlurmContext,
  { call, options }: Batch,
  { plan, places, root, inside, elsewhere, named, dependencies, rule }: Prepared,
  pending: OwnedNotes<PendingJob>,
): Promise<Omit<PendingJob, "owner">> {
  const only = inside && onlyThese(inside);
  await checkFolder(root, { ...rule, only });
  for (const { path, isFile } of elsewhere) if (!isFile) await checkFolder(path, rule);
  const context = withoutWays(slurm.context);
  const readKey = context.secret();
  const board = await boardId(slurm.folders, () => context.secret());
  const submission = newSubmission(context);
  const nameBegins = beginningOf(options, slurm);
  const { results, "no-results": noResults } = options.cloud;
  const origins = places.origins(inside);
  const asPending = (prefix: string): Omit<PendingJob, "owner"> => ({
    version: 1,
    bucket: context.bucket,
    prefix,
    submission,
    board,
    readKey,
    origins,
    isOpen: true,
    asked: plan.asked,
    submittedAt: context.now().toISOString(),
    results: "waiting",
  });
  const also: SubmitOptions["also"] = async (prefix, key, sent) => {
    const bytes = Buffer.from(plan.script, plan.encoding);
    const script = await putTexts(context.store, prefix, { [SCRIPT_FILE]: bytes }, key);
    const all = [...elsewhere, ...named];
    const others = [...script, ...(await sendElsewhere(context, all, { prefix, readKey: key }))];
    await pending.write(asPending(prefix));
    const needed = new Set([...plan.folders, ...origins.map(({ at }) => at)]);
    return [...others, ...emptyFolders(needed, [...sent, ...others])];
  };
  const { prefix } = await submitJob({ ...context, secret: () => readKey }, root, {
    sbatchOptions: plan.options,
    scriptApart: true,
    submission,
    nameBegins,
    without: new Set([SCRIPT_FILE]),
    only,
    filesAlone: true,
    ...(results.length > 0 && { results }),
    ...(noResults.length > 0 && { noResults }),
    afterRuns: dependencies ? runsOf(dependencies.own) : [],
    metadata: { [OPEN_METADATA]: "1", [BOARD_METADATA]: board },
    manifest: {
      origins: places.replaced,
      ...(call.args.length > 0 && { arguments: [...call.args] }),
      from: fromOf(dependencies, root),
    },
    also,
  }).catch((error: unknown) => withPrefixAdvice(error, nameBegins));
  return asPending(prefix);
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
