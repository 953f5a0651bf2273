import type { Machine } from "../../bucket/machine.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { LINKS_KEPT, LINKS_METADATA } from "../../protocol/links.ts";
import { PROTOCOL_FILES } from "../../protocol/objects.ts";
import {
  formatSbatchMetadata,
  SBATCH_METADATA,
  sbatchOptions,
} from "../../protocol/sbatch-options.ts";
import { SUBMISSION_METADATA } from "../../protocol/submission.ts";
import type { ProgressListener } from "../../transfer/flow/progress.ts";
import { IGNORE_FILE, readIgnoreRules } from "../../transfer/names/ignore-rules.ts";
import { uploadEntries, uploadFolder } from "../../transfer/upload.ts";
import { CommandError } from "../errors/command-error.ts";
import { reasonIn } from "../output/skip-reason.ts";
import { askFor } from "./ask-for.ts";
import { checkPrefix } from "./check-prefix.ts";
import { readState } from "./job.ts";
import { jobSource, scriptEntries } from "./job-source.ts";

export interface SubmitInput {
  /** A folder with job-aws-run.sh, or a job script by itself. */
  folder: string;
  prefix: string;
  /** Id of this submission; a repeated write of the status object is still the same one. */
  submission: string;
  /** user@host, for the audit. */
  submitter: string;
  /** Options for sbatch, as the user wrote them. */
  sbatchOptions?: readonly string[] | undefined;
  /** Told how far the upload is. */
  progress?: ProgressListener;
  /** Called just before FILE_UPLOAD is written: from then on the job may run. */
  onAsk?: () => void;
  /** Remove objects whose files are gone from the folder. */
  delete?: boolean | undefined;
  /** File that remembers the ETags of large files between runs. */
  hashCache?: string | undefined;
  machine?: Machine | undefined;
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
  /** What is worth knowing though nothing was left out. */
  notes: readonly { path: string; text: string }[];
  /** ETag of each object that stands for a local file, by key. */
  etags: ReadonlyMap<string, string>;
}

/**
 * Uploads a folder, or a script, to its prefix and then, last of all, writes FILE_UPLOAD.
 *
 * @throws CloudSubmitError when nothing was submitted: bad prefix, an option that sbatch is not to get, no
 * job script, a job that is still active, or files that cannot be uploaded
 */
export async function submitJob(store: ObjectStore, input: SubmitInput): Promise<Submitted> {
  const { folder, prefix, submission } = input;
  checkPrefix(prefix);
  const options = formatSbatchMetadata(sbatchOptions(input.sbatchOptions ?? []));
  const source = await jobSource(folder);
  const state = await readState(store, prefix);
  if (state === "FILE_UPLOAD" || state === "JOB_SUBMIT" || state === "JOB_CANCEL")
    throw new CommandError("active-job", (say) => say("problem.active", { prefix, state }));

  const etags = new Map<string, string>();
  const progress = input.progress ?? {};
  const onEtag = (key: string, etag: string) => void etags.set(key, etag);
  const { summary } =
    source.kind === "script"
      ? await uploadEntries(store, scriptEntries(source), prefix, {
          onEtag,
          machine: input.machine,
          ...progress,
        })
      : await uploadFolder(store, folder, prefix, {
          outsideLinks: "follow",
          wanted: (path) => !PROTOCOL_FILES.has(path),
          onEtag,
          ignore: await readIgnoreRules(folder),
          delete: input.delete,
          hashCache: input.hashCache,
          machine: input.machine,
          ...progress,
        });
  const [first] = summary.skipped;
  if (first) throw notUploaded(first, summary.skippedCount - 1);
  input.onAsk?.();
  await askFor(store, prefix, "FILE_UPLOAD", {
    submitter: input.submitter,
    metadata: {
      [SUBMISSION_METADATA]: submission,
      ...(options !== undefined && { [SBATCH_METADATA]: options }),
      [LINKS_METADATA]: LINKS_KEPT,
    },
  });
  const { files, bytes, unchanged, deleted, notes } = summary;
  return { prefix, submission, files, bytes, unchanged, deleted, notes, etags };
}

function notUploaded({ path, reason }: { path: string; reason: string }, others: number) {
  return new CommandError("transfer", (say) =>
    say("problem.notUploaded", {
      path: JSON.stringify(path),
      reason: reasonIn(say, reason),
      more: others > 0 ? say("problem.more", { count: others }) : "",
      ignoreFile: IGNORE_FILE,
    }),
  );
}
