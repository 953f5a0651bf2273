import { writeInputManifest } from "../../bucket/job-objects/manifest.ts";
import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import { untoldIsNone } from "../../bucket/job-objects/untold.ts";
import type { KnownRun } from "../../protocol/after.ts";
import { INPUTS_MAX, type Input, type Manifest } from "../../protocol/manifest.ts";
import { keyOf } from "../../protocol/objects.ts";
import { makePrefix } from "../../protocol/prefix.ts";
import { reason } from "../../protocol/reason.ts";
import type { FileReason } from "../../protocol/record.ts";
import { formatSbatchMetadata, sbatchOptions } from "../../protocol/sbatch-options.ts";
import { SentObjects } from "../../transfer/comparing/sent-objects.ts";
import type { IgnoreRules } from "../../transfer/names/ignore-rules.ts";
import type { Context } from "../context.ts";
import { asUsage, CommandError } from "../errors/command-error.ts";
import { commandLine } from "../output/command-line.ts";
import { formatBytes } from "../output/format.ts";
import { reasonWords } from "../output/reason-words.ts";
import { Deletions } from "../ui/deletions.ts";
import { Progress } from "../ui/progress.ts";
import type { FlagsOf, VerbDescription } from "../verb.ts";
import { statusVerb } from "../verbs/status/description.ts";
import { submitVerb } from "../verbs/submit/description.ts";
import { afterMetadata } from "./after-jobs.ts";
import { carrySource, refuseSkipped } from "./carry-source.ts";
import { checkPrefix } from "./check-prefix.ts";
import { chosenResults } from "./chosen-results.ts";
import type { DeclaredInputs } from "./declared-inputs.ts";
import { failedArray, lastJobOf } from "./failed-tasks.ts";
import { type JobSource, jobSource, sourceName } from "./job-source.ts";
import type { OtherKind } from "./other-kinds.ts";
import { refuseActive } from "./refuse-active.ts";
import { newSubmission, requestRun, runMetadata } from "./request-run.ts";
import { shortAfter } from "./short-after.ts";
import { waitOn } from "./wait-on.ts";

export type SubmitOptions = Partial<FlagsOf<typeof submitVerb>> & {
  /** Options for sbatch, as the user wrote them. */
  sbatchOptions?: readonly string[] | undefined;
  /** Tasks of a job array: the value of one more option. */
  array?: string | undefined;
  /** Files of the folder that stay here. */
  without?: ReadonlySet<string> | undefined;
  /** The submission's id, of a sweep: the prefix is its name. */
  submission?: string | undefined;
  /**
   * Puts objects that the job begins with besides the files of its folder. Called when these are up, before the run is
   * requested; returns them as the manifest names them. The objects get the read key.
   *
   * @param sent the files of the folder
   */
  also?:
    | ((prefix: string, readKey: string, sent: readonly Input[]) => Promise<readonly Input[]>)
    | undefined;
  /** The job script is one of these objects, and the folder needs none. */
  scriptApart?: boolean | undefined;
  /** How a prefix begins that is made from the folder's name. */
  nameBegins?: string | undefined;
  /** Which paths of the folder are sent at all; undefined: all. */
  only?: IgnoreRules | undefined;
  /** All that is no file, and links that lead to none, stay here without a word. */
  filesAlone?: boolean | undefined;
  /** Parts of the manifest besides; without a manifest nothing is submitted. */
  manifest?: Pick<Manifest, "arguments" | "origins" | "from"> | undefined;
  /** Runs that it begins after, in place of `after`: nothing is asked of the bucket for them, and they may be many if it is open. */
  afterRuns?: readonly KnownRun[] | undefined;
  /** Metadata of the status object besides. */
  metadata?: Readonly<Record<string, string>> | undefined;
};

/** The verb that does it, and its flags: they make the command that goes on, which sends nothing again that is in the bucket. */
export interface Caller {
  verb: VerbDescription;
  flags: object;
  /** All that was sent to this bucket before, where a caller has it open for several jobs. */
  sent?: SentObjects | undefined;
  /** Address that is told of the end, where the verb's options do not hold it. */
  notify?: string | undefined;
  /** It submits others besides, and says itself what was submitted. */
  oneOfSeveral?: boolean | undefined;
}

/** A submission that is on its way. */
export interface Submitted {
  prefix: string;
  submission: string;
  files: number;
  bytes: number;
  unchanged: number;
  /** Files in place of which objects under other prefixes were named. */
  named: number;
  /** Objects that were removed because their files are gone. */
  deleted: number;
  /** Remarks on files; nothing was left out for them. */
  notes: readonly FileReason[];
  /** ETag of each object under the prefix that stands for a local file, by key. */
  etags: ReadonlyMap<string, string>;
}

/**
 * Uploads a folder with job-aws-run.sh, or a job script by itself, and then, last of all, writes FILE_UPLOAD.
 *
 * @throws CloudSubmitError when nothing was submitted: bad prefix, an option that sbatch is not to get, no
 * job script, a job to begin after that is not there, a job that is still active, or files that cannot be uploaded
 */
export async function submitJob(
  context: Context,
  path: string,
  options: SubmitOptions,
  { verb, flags, sent: known, oneOfSeveral, notify }: Caller = { verb: submitVerb, flags: options },
): Promise<Submitted> {
  const { store, say, interrupt, given } = context;
  const now = context.now();
  const at = () => context.now().getTime();
  const source: JobSource = options.scriptApart ? { kind: "folder", path } : await jobSource(path);
  const results = resultsOf(options, source);
  const prefix =
    options.prefix ??
    (options.onlyFailed
      ? await lastJob(context, path)
      : makePrefix(
          `${options.nameBegins ?? ""}${sourceName(path, source.kind)}`,
          now,
          context.random(),
        ));
  checkPrefix(prefix);
  const wanted = sbatchOptions(options.sbatchOptions ?? []);
  const folder = source.kind === "folder" ? path : undefined;
  const { input, after: jobs = [] } = options;
  const declared: DeclaredInputs = input
    ? await (await declaring()).declaredInputs(store, input, { prefix, folder, after: jobs })
    : { inputs: [], from: [], after: [] };
  const args = { path, sbatchOptions: options.sbatchOptions };
  const again = commandLine(given, verb, args, { ...flags, prefix });
  interrupt.at({
    command: again,
    line: (told, command) =>
      told(oneOfSeveral ? "interrupt.uploaded" : "interrupt.upload", { command }),
  });
  // Where S3 does not tell, FILE_UPLOAD is written only if there is none.
  const before = await readStatus(store, prefix).catch(untoldIsNone);
  refuseActive(context, prefix, before);
  if (options.onlyFailed && wanted.some((option) => option.startsWith("--array")))
    throw new CommandError("usage", (told) =>
      told("problem.notBoth", { one: "--only-failed", other: "--array" }),
    );
  const array = options.onlyFailed ? await failedArray(store, prefix, before) : options.array;
  const sbatch = formatSbatchMetadata(
    array === undefined ? wanted : [...wanted, `--array=${array}`],
  );
  const { afterRuns = [] } = options;
  const allJobs = [...jobs, ...declared.after];
  const used = sbatch?.length ?? 0;
  const after =
    allJobs.length === 0
      ? shortAfter(afterRuns, used)
      : await afterMetadata(store, prefix, allJobs, used);

  const readKey = context.secret();
  const progress = new Progress(context, "upload");
  const deletions = new Deletions(context);
  const carry = async (selfContained: boolean | undefined) => {
    const carried = await carrySource(context, source, prefix, {
      delete: options.delete,
      without: options.without,
      only: options.only,
      filesAlone: options.filesAlone,
      others: othersOf(options, before),
      selfContained,
      readKey,
      sent: known ?? (await SentObjects.open(context.sentStates, context.bucket, at)),
      listener: { ...progress.listener, ...deletions.listener },
    }).finally(() => deletions.end());
    refuseSkipped(carried.summary, "problem.notUploaded");
    const also = (await options.also?.(prefix, readKey, carried.inputs)) ?? [];
    const all = [...carried.inputs, ...also, ...declared.inputs];
    const from = [...declared.from, ...(options.manifest?.from ?? [])];
    const manifest = await writeInputManifest(store, prefix, all, {
      ...options.manifest,
      readKey,
      ...(results && { results }),
      ...(from.length > 0 && { from }),
      ...(after === undefined && afterRuns.length > 0 && { after: [...afterRuns] }),
    });
    return { ...carried, inputs: [...carried.inputs, ...also], also, manifest };
  };
  let carried = await carry(options.selfContained);
  // Without a manifest the job gets what is under its prefix, and nothing else.
  if (!carried.manifest && carried.summary.named > 0) carried = await carry(true);
  const { inputs, also, summary, manifest } = carried;
  if (!manifest && (options.results ?? options.noResults))
    throw new CommandError("usage", (told) => told("problem.resultsNoManifest"));
  const isDeclared = declared.inputs.length + declared.from.length > 0;
  if (!manifest && (isDeclared || options.manifest)) throw (await declaring()).tooManyInputs();
  if (!manifest) summary.note(".", reason("no-manifest", { max: `${INPUTS_MAX}` }));
  // From now on the job may run.
  interrupt.at({
    command: commandLine(given, statusVerb, { prefix }),
    line: (told, command) => told("interrupt.asking", { command, again }),
  });
  const submission = options.submission ?? newSubmission({ ...context, now: () => now });
  await requestRun(
    store,
    { prefix, submission, before },
    {
      ...runMetadata(context.submitter, {
        sbatch,
        after,
        manifest,
        notify: options.notify ?? notify,
      }),
      ...options.metadata,
    },
  );
  progress.end();
  interrupt.at(waitOn(given, [prefix]));
  const { unchanged, named, deleted, notes } = summary;
  const files = summary.files + also.length;
  const bytes = also.reduce((sum, { size }) => sum + size, summary.bytes);
  for (const note of notes) context.err(`${JSON.stringify(note.path)}: ${reasonWords(say, note)}`);
  const sent = { files, bytes: formatBytes(bytes) };
  context.err(
    unchanged > 0
      ? say("submit.uploadedMore", { ...sent, unchanged })
      : say("submit.uploaded", sent),
  );
  if (named > 0) context.err(say("submit.named", { files: named }));
  const own = inputs.filter(({ path: file, source: at }) => !file.endsWith("/") && !at);
  const etags = new Map(own.map(({ path: file, etag }) => [keyOf(prefix, file), etag]));
  return { prefix, submission, files, bytes, unchanged, named, deleted, notes, etags };
}

/** Loaded when it is needed: most jobs name no inputs that are elsewhere. */
const declaring = () => import("./declared-inputs.ts");

/** Other kinds of name that the prefix may be: one that was made just now is of nothing yet. */
function othersOf(
  { prefix, onlyFailed, submission }: SubmitOptions,
  before: StatusObject | undefined,
): OtherKind[] {
  if (prefix === undefined && !onlyFailed) return [];
  const others: OtherKind[] = [];
  // Where a status object is, there is no data set.
  if (!before) others.push("dataset");
  if (submission === undefined) others.push("sweep");
  return others;
}

function resultsOf(options: SubmitOptions, { kind, path }: JobSource): Manifest["results"] {
  try {
    return chosenResults(options, kind === "folder" ? path : undefined);
  } catch (error) {
    return asUsage(error);
  }
}

async function lastJob(context: Context, path: string): Promise<string> {
  const prefix = await lastJobOf(context, path);
  if (prefix === undefined)
    throw new CommandError("usage", (say) => say("failed.whichJob", { path }));
  return prefix;
}
