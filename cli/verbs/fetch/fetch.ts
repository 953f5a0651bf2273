import { join } from "node:path";
import * as z from "zod";
import { readStatus } from "../../../bucket/job-objects/status.ts";
import { fileReasonSchema, type JobRecord } from "../../../protocol/record.ts";
import { FINAL_STATES } from "../../../protocol/state.ts";
import { downloadFolder } from "../../../transfer/download.ts";
import { passedOver } from "../../../transfer/passed-over.ts";
import type { TransferSummary } from "../../../transfer/summary.ts";
import type { Context } from "../../context.ts";
import { CommandError } from "../../errors/command-error.ts";
import { EXIT } from "../../errors/exit-code.ts";
import { eachJob } from "../../jobs/each-job.ts";
import { checkSelection, type Selection, selectionOf } from "../../jobs/fetch-selection.ts";
import { objectName } from "../../jobs/object-name.ts";
import { readJob } from "../../jobs/read-job.ts";
import { openResultsFolder, type ResultsFolder } from "../../jobs/results-folder.ts";
import { commandLine } from "../../output/command-line.ts";
import { formatBytes } from "../../output/format.ts";
import { reasonWords } from "../../output/reason-words.ts";
import { shownPath } from "../../output/shown-path.ts";
import { Deletions } from "../../ui/deletions.ts";
import { Progress } from "../../ui/progress.ts";
import { printResult } from "../../ui/ui.ts";
import { dashed, type FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { Deleting } from "./deleting.ts";
import { fetchVerb } from "./description.ts";
import { listedObject, listObjects } from "./list-objects.ts";
import { isOfRun } from "./of-run.ts";
import { printObject } from "./print-object.ts";

/** Jobs fetched at a time: the files of one fill the line already, unless they are few. */
const FETCHES_AT_ONCE = 4;

interface FetchOptions extends FlagsOf<typeof fetchVerb> {
  /** Where to, by itself; undefined: into a folder that is named after the prefix. */
  into?: ResultsFolder;
  /** ETag by key of what the folder holds already, whatever was done to it since. */
  known?: ReadonlyMap<string, string> | undefined;
  /** Other jobs are fetched by the same command. */
  oneOfSeveral?: boolean;
  /** Which of the job's objects; undefined: all. */
  selection?: Selection | undefined;
  /** undefined: nothing is removed. */
  deleting?: Deleting | undefined;
}

const count = z.int().nonnegative();

/** Output of `fetch --json`. */
export const fetchOutput = z.object({
  prefix: z.string(),
  to: z.string().describe("the folder"),
  files: count.describe("files fetched"),
  bytes: count.describe("bytes fetched"),
  unchanged: count.describe("files that were there already"),
  deleted: count.describe("with --delete: files that were removed here"),
  skipped: z
    .array(fileReasonSchema)
    .describe("objects that cannot be files here, at most 1000 of them"),
  skippedCount: count,
  beside: z
    .array(z.object({ path: z.string(), at: z.string() }))
    .describe(
      "files that were changed here and kept, and where the fetched ones are; at most 1000",
    ),
  besideCount: count,
  notes: z.array(fileReasonSchema).describe("what else is to be told of files"),
});
export type Fetched = z.infer<typeof fetchOutput>;

/**
 * `fetch PREFIX...`: brings each job's files to a folder of its own.
 *
 * @returns the exit code: the worst of all
 */
export async function fetchAll(
  context: Context,
  prefixes: readonly string[],
  flags: FlagsOf<typeof fetchVerb>,
): Promise<number> {
  const { to } = flags;
  const oneOfSeveral = prefixes.length > 1;
  if (oneOfSeveral) fetchOn(context, prefixes, flags);
  const exitCode = await eachJob(context, prefixes, FETCHES_AT_ONCE, (own, prefix) =>
    fetchFiles(own, prefix, {
      ...flags,
      oneOfSeveral,
      ...(to !== undefined && oneOfSeveral && { to: join(to, prefix) }),
    }),
  );
  if (exitCode === EXIT.ok) context.interrupt.at(undefined);
  return exitCode;
}

/**
 * Brings a job's files to a folder; those that are the same there are left alone.
 *
 * @throws CloudSubmitError `transfer` when some objects cannot be files here; the others were fetched
 */
export async function fetchFiles(
  context: Context,
  prefix: string,
  flags: FetchOptions,
): Promise<void> {
  checkSelection(flags);
  if (flags.list && flags.delete)
    throw new CommandError("usage", (say) =>
      say("problem.notBoth", { one: "--list", other: "--delete" }),
    );
  fetchOn(context, prefix, flags);
  const job = await readJob(context.store, prefix);
  const { record } = job;
  const { state } = job.status;
  if (state === undefined || !FINAL_STATES.has(state))
    context.err(
      context.say("fetch.unfinished", { prefix, state: state ?? context.say("status.unknown") }),
    );
  const selection = await selectionOf(context.store, prefix, job, flags);
  if (flags.list) {
    const wants: Selection["wants"] = (path, entry) =>
      isOfRun(path, record) && selection.wants(path, entry);
    await listObjects(context, prefix, wants, flags.oneOfSeveral);
    return context.interrupt.at(undefined);
  }
  const to = flags.into?.path ?? flags.to ?? prefix;
  const deleting = flags.delete
    ? await (await import("./deleting.ts")).deletingFor(context, prefix, { job, selection, to })
    : undefined;
  const fetched = await fetchJob(context, prefix, record, { ...flags, selection, deleting });
  printResult(context, fetched, () => [fetchedLine(context, fetched)]);
  if (fetched.skippedCount > 0) throw skippedError(fetched);
}

/** Fetches, and names what was left out; prints no result. */
export async function fetchJob(
  context: Context,
  prefix: string,
  record: JobRecord | undefined,
  flags: FetchOptions,
): Promise<Fetched> {
  const { say } = context;
  const {
    known,
    selection,
    into = { path: flags.to ?? prefix, named: flags.to !== undefined },
  } = flags;
  const { path: to } = into;
  const copies = await openResultsFolder(context, { sentAs: prefix, ...into });
  const progress = new Progress(context, "fetch");
  const deletions = new Deletions(context);
  fetchOn(context, prefix, { ...flags, to }, hasResults(record));
  const summary: TransferSummary = await downloadFolder(context.store, prefix, to, {
    wanted: (path, entry) =>
      isOfRun(path, record) &&
      known?.get(entry.key) !== entry.etag &&
      (selection?.wants(path, entry) ?? true),
    outsideLinks: "follow",
    ...flags.deleting,
    keep: { copies, overwrite: flags.overwrite },
    passedOver: passedOver(() => readStatus(context.store, prefix)),
    hashCache: context.hashCache,
    machine: context.machine,
    ...progress.listener,
    ...deletions.listener,
  }).finally(async () => {
    progress.end();
    deletions.end();
    await copies.save(context.now().getTime());
  });
  for (const note of summary.notes)
    context.err(`${JSON.stringify(note.path)}: ${reasonWords(say, note)}`);
  for (const left of summary.skipped)
    context.err(
      say("fetch.skipped", { path: shownPath(left.path), reason: reasonWords(say, left) }),
    );
  for (const { path, at } of summary.beside)
    context.err(say("fetch.beside", { path: JSON.stringify(path), at: JSON.stringify(at) }));
  if (summary.besideCount > 0) context.err(say("fetch.overwrite"));
  tellNotChosen(context, record);
  if (selection?.isNamed && summary.files + summary.unchanged + summary.skippedCount === 0)
    context.err(say("fetch.nothing"));
  const { files, bytes, unchanged, deleted, skipped, skippedCount, notes } = summary;
  const { beside, besideCount } = summary;
  // Nothing is left that another try would bring.
  context.interrupt.at(undefined);
  const counts = { files, bytes, unchanged, deleted };
  return { prefix, to, ...counts, skipped, skippedCount, beside, besideCount, notes };
}

function tellNotChosen(context: Context, record: JobRecord | undefined): void {
  const { files, bytes } = record?.stageOut?.notChosen ?? { files: 0, bytes: 0 };
  if (files > 0) context.err(context.say("fetch.notChosen", { files, bytes: formatBytes(bytes) }));
}

/**
 * From now on, whatever ends the program is followed by the command that fetches the rest.
 *
 * @param isThere whether it is known that the results are in the bucket
 */
function fetchOn(
  { interrupt, given }: Context,
  prefix: string | readonly string[],
  flags: FetchOptions,
  isThere = false,
): void {
  interrupt.at({
    command: commandLine(given, fetchVerb, { prefix: [prefix].flat() }, flags),
    line: (say, command) => say(isThere ? "interrupt.fetch" : "interrupt.fetchAgain", { command }),
  });
}

/** Whether the bucket was seen to say that all results are in it. */
function hasResults(record: JobRecord | undefined): boolean {
  return record !== undefined && record.error === undefined;
}

export function fetchedLine({ say }: Context, { files, bytes, to }: Fetched): string {
  return say("fetch.done", { files, bytes: formatBytes(bytes), folder: to });
}

/** The error when something could not be fetched. */
export function skippedError({ prefix, skippedCount }: Fetched): CommandError {
  return new CommandError("transfer", (say) =>
    say("problem.notFetched", { prefix, count: skippedCount }),
  );
}

/** `fetch JOB:PATH`: one object goes to standard output, to which no flag applies. */
async function fetchObject(
  context: Context,
  { prefix, path }: { prefix: string; path: string },
  flags: FlagsOf<typeof fetchVerb>,
): Promise<void> {
  const [flag] = Object.entries({ ...flags, json: context.json }).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [`--${dashed(name)}`],
  );
  if (flag !== undefined)
    throw new CommandError("usage", (say) => say("problem.notWithObject", { flag }));
  await printObject(context, prefix, path);
}

export const work: VerbWork<typeof fetchVerb> = {
  output: z.union([fetchOutput, z.array(listedObject).describe("with --list")]),
  run: async ({ jobs }, args, flags) => {
    const named = [...new Set(args.prefix)];
    for (const name of named) {
      const { prefix, path } = objectName(name);
      if (path === undefined) continue;
      if (named.length > 1)
        throw new CommandError("usage", (say) =>
          say("problem.objectAlone", { name: JSON.stringify(name) }),
        );
      return fetchObject(await jobs(), { prefix, path }, flags);
    }
    return fetchAll(await jobs(), named, flags);
  },
};
