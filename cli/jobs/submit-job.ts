import { writeInputManifest } from "../../bucket/job-objects/manifest.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { untoldIsNone } from "../../bucket/job-objects/untold.ts";
import { FileError } from "../../protocol/file-error.ts";
import { LINKS_KEPT, LINKS_METADATA } from "../../protocol/links.ts";
import { INPUTS_MAX, type Input, manifestMetadata } from "../../protocol/manifest.ts";
import { keyOf, PROTOCOL_FILES } from "../../protocol/objects.ts";
import { makePrefix } from "../../protocol/prefix.ts";
import { reason } from "../../protocol/reason.ts";
import type { FileReason } from "../../protocol/record.ts";
import { submitterMetadata } from "../../protocol/requester.ts";
import {
  formatSbatchMetadata,
  SBATCH_METADATA,
  sbatchOptions,
} from "../../protocol/sbatch-options.ts";
import { makeSubmission } from "../../protocol/submission.ts";
import { LocalCopies } from "../../transfer/comparing/local-copies.ts";
import { IGNORE_FILE, readIgnoreRules } from "../../transfer/names/ignore-rules.ts";
import { uploadEntries, uploadFolder } from "../../transfer/upload.ts";
import type { Context } from "../context.ts";
import { aboutFile, CommandError } from "../errors/command-error.ts";
import type { Say } from "../messages/say.ts";
import { commandLine } from "../output/command-line.ts";
import { formatBytes } from "../output/format.ts";
import { reasonWords } from "../output/reason-words.ts";
import { Progress } from "../ui/progress.ts";
import type { FlagsOf, VerbDescription } from "../verb.ts";
import { statusVerb } from "../verbs/status/description.ts";
import { submitVerb } from "../verbs/submit/description.ts";
import { waitVerb } from "../verbs/wait/description.ts";
import { checkPrefix } from "./check-prefix.ts";
import { failedArray, lastJobOf } from "./failed-tasks.ts";
import { jobSource, scriptEntries, sourceName } from "./job-source.ts";
import { requestRun } from "./request-run.ts";
import { jobOf } from "./results-folder.ts";
import { waitOn } from "./wait-on.ts";

export type SubmitOptions = Partial<FlagsOf<typeof submitVerb>> & {
  /** Options for sbatch, as the user wrote them. */
  sbatchOptions?: readonly string[] | undefined;
  /** Tasks of a job array: the value of one more option. */
  array?: string | undefined;
  /** Files of the folder that stay here. */
  without?: ReadonlySet<string> | undefined;
  /**
   * Puts objects that the job begins with besides the files of its folder. Called when these are up, before the run is
   * requested; returns them as the manifest names them.
   */
  also?: ((prefix: string) => Promise<readonly Input[]>) | undefined;
};

/** The verb that does it, and its flags: they make the command that goes on, which sends nothing again that is in the bucket. */
export interface Caller {
  verb: VerbDescription;
  flags: object;
}

/** A submission that is on its way. */
export interface Submitted {
  prefix: string;
  submission: string;
  files: number;
  bytes: number;
  unchanged: number;
  /** Objects that were removed because their files are gone. */
  deleted: number;
  /** Remarks on files; nothing was left out for them. */
  notes: readonly FileReason[];
  /** ETag of each object that stands for a local file, by key. */
  etags: ReadonlyMap<string, string>;
}

/**
 * Uploads a folder with job-aws-run.sh, or a job script by itself, and then, last of all, writes FILE_UPLOAD.
 *
 * @throws CloudSubmitError when nothing was submitted: bad prefix, an option that sbatch is not to get, no
 * job script, a job that is still active, or files that cannot be uploaded
 */
export async function submitJob(
  context: Context,
  path: string,
  options: SubmitOptions,
  { verb, flags }: Caller = { verb: submitVerb, flags: options },
): Promise<Submitted> {
  const { store, say, interrupt, given } = context;
  const now = context.now();
  const source = await jobSource(path);
  const prefix =
    options.prefix ??
    (options.onlyFailed
      ? await lastJob(context, path)
      : makePrefix(sourceName(path, source.kind), now, context.random()));
  checkPrefix(prefix);
  const wanted = sbatchOptions(options.sbatchOptions ?? []);
  const args = { path, sbatchOptions: options.sbatchOptions };
  const again = commandLine(given, verb, args, { ...flags, prefix });
  interrupt.at({
    command: again,
    line: (told, command) => told("interrupt.upload", { command }),
  });
  // Where S3 does not tell, FILE_UPLOAD is written only if there is none.
  const before = await readStatus(store, prefix).catch(untoldIsNone);
  const state = before?.state;
  if (state === "FILE_UPLOAD" || state === "JOB_SUBMIT" || state === "JOB_CANCEL")
    throw new CommandError("active-job", (told) =>
      told("problem.active", { prefix, state, command: commandLine(given, waitVerb, { prefix }) }),
    );
  if (options.onlyFailed && wanted.some((option) => option.startsWith("--array")))
    throw new CommandError("usage", (told) =>
      told("problem.notBoth", { one: "--only-failed", other: "--array" }),
    );
  const array = options.onlyFailed ? await failedArray(store, prefix, before) : options.array;
  const sbatch = formatSbatchMetadata(
    array === undefined ? wanted : [...wanted, `--array=${array}`],
  );

  const inputs: Input[] = [];
  const progress = new Progress(context, say("progress.upload"));
  const watched = {
    onObject: (object: Input) => void inputs.push(object),
    machine: context.machine,
    ...progress.listener,
  };
  // The copies that a fetch may replace.
  const copies =
    source.kind === "folder" ? await LocalCopies.open(context.copyStates, path) : undefined;
  if (copies) copies.job = jobOf(context.bucket, prefix);
  const summary =
    source.kind === "script"
      ? await uploadEntries(store, scriptEntries(source), prefix, watched)
      : await uploadFolder(store, path, prefix, {
          outsideLinks: "follow",
          wanted: (file) => !PROTOCOL_FILES.has(file) && !options.without?.has(file),
          ignore: await readIgnoreRules(path).catch(asUsage),
          delete: options.delete,
          hashCache: context.hashCache,
          ...watched,
          copies,
          onCopy: ({ path: at, stats }, etag, sum) => copies?.note(at, etag, stats, sum),
        });
  await copies?.save(now.getTime());
  const [first] = summary.skipped;
  if (first) throw notUploaded(summary.skipped, first, summary.skippedCount - 1);
  const also = (await options.also?.(prefix)) ?? [];
  inputs.push(...also);
  const manifest = await writeInputManifest(store, prefix, inputs);
  if (!manifest) summary.note(".", reason("no-manifest", { max: `${INPUTS_MAX}` }));
  // From now on the job may run.
  interrupt.at({
    command: commandLine(given, statusVerb, { prefix }),
    line: (told, command) => told("interrupt.asking", { command, again }),
  });
  const submission = makeSubmission(now, context.random() + context.random());
  await requestRun(
    store,
    { prefix, submission, before },
    {
      ...submitterMetadata(context.submitter),
      ...(sbatch !== undefined && { [SBATCH_METADATA]: sbatch }),
      [LINKS_METADATA]: LINKS_KEPT,
      ...(manifest && manifestMetadata(manifest)),
    },
  );
  progress.end();
  interrupt.at(waitOn(given, [prefix]));
  const { unchanged, deleted, notes } = summary;
  const files = summary.files + also.length;
  const bytes = also.reduce((sum, { size }) => sum + size, summary.bytes);
  for (const note of notes) context.err(`${JSON.stringify(note.path)}: ${reasonWords(say, note)}`);
  const carried = { files, bytes: formatBytes(bytes) };
  context.err(
    unchanged > 0
      ? say("submit.uploadedMore", { ...carried, unchanged })
      : say("submit.uploaded", carried),
  );
  const sent = inputs.filter(({ path: file }) => !file.endsWith("/"));
  const etags = new Map(sent.map(({ path: file, etag }) => [keyOf(prefix, file), etag]));
  return { prefix, submission, files, bytes, unchanged, deleted, notes, etags };
}

async function lastJob(context: Context, path: string): Promise<string> {
  const prefix = await lastJobOf(context, path);
  if (prefix === undefined)
    throw new CommandError("usage", (say) => say("failed.whichJob", { path }));
  return prefix;
}

function asUsage(error: unknown): never {
  throw error instanceof FileError ? aboutFile("usage", error) : error;
}

function notUploaded(skipped: readonly FileReason[], first: FileReason, others: number) {
  const words = (say: Say) =>
    say("problem.notUploaded", {
      path: JSON.stringify(first.path),
      reason: reasonWords(say, first),
      more: others > 0 ? say("problem.more", { count: others }) : "",
      ignoreFile: IGNORE_FILE,
    });
  return new CommandError("transfer", words, { skipped });
}
