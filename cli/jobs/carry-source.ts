import { INPUTS_MAX, type Input } from "../../protocol/manifest.ts";
import { PROTOCOL_FILES } from "../../protocol/objects.ts";
import { READ_KEY_METADATA } from "../../protocol/read-key.ts";
import type { ReasonCode } from "../../protocol/reason.ts";
import { LocalCopies } from "../../transfer/comparing/local-copies.ts";
import type { SentObjects } from "../../transfer/comparing/sent-objects.ts";
import type { ProgressListener } from "../../transfer/flow/progress.ts";
import {
  IGNORE_FILE,
  type IgnoreRules,
  readIgnoreRules,
} from "../../transfer/names/ignore-rules.ts";
import type { TransferSummary } from "../../transfer/summary.ts";
import { uploadEntries, uploadFolder } from "../../transfer/upload.ts";
import type { Context } from "../context.ts";
import { asUsage, CommandError } from "../errors/command-error.ts";
import type { Say } from "../messages/say.ts";
import { reasonWords } from "../output/reason-words.ts";
import { shownPath } from "../output/shown-path.ts";
import { type JobSource, scriptEntries } from "./job-source.ts";
import { type OtherKind, refuseOthers, unlessOthers } from "./other-kinds.ts";
import { jobOf } from "./results-folder.ts";

export interface CarryOptions {
  /** Objects whose files are gone are removed. */
  delete?: boolean | undefined;
  /** The prefix may be a name of these kinds, which is refused. */
  others: readonly OtherKind[];
  /** Files of the folder that stay here. */
  without?: ReadonlySet<string> | undefined;
  /** Which paths of the folder are sent at all; undefined: all. */
  only?: IgnoreRules | undefined;
  /** All that is no file, and links that lead to none, stay here without a word. */
  filesAlone?: boolean | undefined;
  /** No object of another prefix is named. */
  selfContained?: boolean | undefined;
  /** The submission's. */
  readKey: string;
  /** undefined: it is neither used nor noted. */
  sent?: SentObjects | undefined;
  listener: ProgressListener;
}

/** The inputs that the job is to run on, and what was done for them. */
export interface Carried {
  inputs: Input[];
  summary: TransferSummary;
}

/**
 * Carries a folder, or a script by itself, to a prefix, and remembers what was sent, also when that fails midway.
 *
 * @throws CloudSubmitError `usage` when `.cloudsubmitignore` cannot be read; what S3 refuses
 */
export async function carrySource(
  context: Context,
  source: JobSource,
  prefix: string,
  { listener, readKey, sent, without, only, others, ...options }: CarryOptions,
): Promise<Carried> {
  const { store, machine } = context;
  const { path } = source;
  const inputs: Input[] = [];
  const watched = {
    // One too many says that there are too many: no manifest names them.
    onObject: (object: Input) => void (inputs.length <= INPUTS_MAX && inputs.push(object)),
    machine,
    metadata: { [READ_KEY_METADATA]: readKey },
    ...listener,
  };
  if (source.kind === "script") {
    await refuseOthers(context, prefix, others);
    return { inputs, summary: await uploadEntries(store, scriptEntries(source), prefix, watched) };
  }
  // The copies that a fetch may replace.
  const copies = await LocalCopies.open(context.copyStates, path);
  copies.sentJob = jobOf(context.bucket, prefix);
  const rules = await readIgnoreRules(path).catch(asUsage);
  const ignore: IgnoreRules | undefined = only
    ? (at, isFolder) => rules?.(at, isFolder) === true || !only(at, isFolder)
    : rules;
  try {
    const summary = await uploadFolder(store, path, prefix, {
      outsideLinks: "follow",
      wanted: (file) => !PROTOCOL_FILES.has(file) && !without?.has(file),
      ignore,
      ...(others.length > 0 && {
        onListing: (batches) => unlessOthers(context, prefix, others, batches),
      }),
      hashCache: context.hashCache,
      sent,
      ...options,
      ...watched,
      copies,
      onCopy: ({ path: at, stats }, etag, sum) => copies.note(at, etag, stats, sum),
    });
    await copies.save(context.now().getTime());
    return { inputs, summary };
  } finally {
    await sent?.save();
  }
}

/** Reasons that the next run may not meet. */
const MEANWHILE: ReadonlySet<string | undefined> = new Set<ReasonCode>([
  "became-another-kind",
  "became-shorter",
  "kept-changing",
  "file-removed",
]);

/** Refuses an upload that has left files out. @throws CloudSubmitError `transfer` with the first of them, in the words of `message` */
export function refuseSkipped(
  { skipped, skippedCount }: TransferSummary,
  message: "problem.notUploaded" | "data.notPut",
): void {
  const [first] = skipped;
  if (!first) return;
  const words = (say: Say) =>
    say(message, {
      path: shownPath(first.path),
      reason: reasonWords(say, first),
      more: skippedCount > 1 ? say("problem.more", { count: skippedCount - 1 }) : "",
      advice: say(MEANWHILE.has(first.code) ? "problem.uploadAgain" : "problem.uploadWithout", {
        ignoreFile: IGNORE_FILE,
      }),
    });
  throw new CommandError("transfer", words, { skipped });
}
