import { CloudSubmitError } from "../protocol/error.ts";
import { keyOf, PROTOCOL_FILES, STATUS_FILE } from "../protocol/objects.ts";
import { prefixProblem } from "../protocol/prefix.ts";
import {
  formatSbatchMetadata,
  SBATCH_METADATA,
  sbatchOptions,
} from "../protocol/sbatch-options.ts";
import { formatStatus } from "../protocol/state.ts";
import { SUBMISSION_METADATA, SUBMITTER_METADATA } from "../protocol/submission.ts";
import type { ObjectEntry, ObjectStore } from "../transfer/object-store.ts";
import { uploadEntries, uploadFolder } from "../transfer/upload.ts";
import { readState } from "./job.ts";
import { jobSource, scriptEntries } from "./job-source.ts";
import type { ProgressListener } from "./ui/progress.ts";

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
}

/** A submission that is on its way. */
export interface Submitted {
  prefix: string;
  submission: string;
  files: number;
  bytes: number;
  unchanged: number;
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
  const problem = prefixProblem(prefix);
  if (problem !== undefined) throw new CloudSubmitError("bad-prefix", problem);
  const options = formatSbatchMetadata(sbatchOptions(input.sbatchOptions ?? []));
  const source = await jobSource(folder);
  const state = await readState(store, prefix);
  if (state === "FILE_UPLOAD" || state === "JOB_SUBMIT" || state === "JOB_CANCEL")
    throw new CloudSubmitError(
      "active-job",
      `${prefix}: its job is still active (${state}); wait for it with: cloud-submit wait ${prefix}`,
    );

  const remote = new Map<string, ObjectEntry>();
  for await (const entry of store.list(`${prefix}/`)) remote.set(entry.key, entry);
  const progress = input.progress ?? {};
  const { summary, etags } =
    source.kind === "script"
      ? await uploadEntries(store, scriptEntries(source), prefix, { remote, ...progress })
      : await uploadFolder(store, folder, prefix, {
          outsideLinks: "follow",
          remote,
          wanted: (path) => !PROTOCOL_FILES.has(path),
          ...progress,
        });
  const [first] = summary.skipped;
  if (first) {
    const more = summary.skippedCount > 1 ? ` (and ${summary.skippedCount - 1} more)` : "";
    throw new CloudSubmitError(
      "transfer",
      `nothing submitted: ${JSON.stringify(first.path)} cannot be uploaded: ${first.reason}${more}; remove it or make it readable`,
    );
  }
  input.onAsk?.();
  await store.put(keyOf(prefix, STATUS_FILE), formatStatus("FILE_UPLOAD"), {
    contentType: "text/plain; charset=utf-8",
    metadata: {
      [SUBMISSION_METADATA]: submission,
      // HTTP headers carry ASCII only, and S3 takes 2 KB of metadata in all.
      [SUBMITTER_METADATA]: input.submitter.replace(/[^\x21-\x7e]/g, "?").slice(0, 256),
      ...(options !== undefined && { [SBATCH_METADATA]: options }),
    },
  });
  const { files, bytes, unchanged } = summary;
  return { prefix, submission, files, bytes, unchanged, etags };
}
