import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { CloudSubmitError } from "../protocol/error.ts";
import { keyOf, PROTOCOL_FILES, SCRIPT_FILE, STATUS_FILE } from "../protocol/objects.ts";
import { prefixProblem } from "../protocol/prefix.ts";
import { formatStatus } from "../protocol/state.ts";
import { SUBMISSION_METADATA, SUBMITTER_METADATA } from "../protocol/submission.ts";
import { readIgnoreRules } from "../transfer/ignore-rules.ts";
import type { ObjectStore } from "../transfer/object-store.ts";
import { uploadFolder } from "../transfer/upload.ts";
import { readState } from "./job.ts";

export interface SubmitInput {
  folder: string;
  prefix: string;
  /** Id of this submission; a repeated write of the status object is still the same one. */
  submission: string;
  /** user@host, for the audit. */
  submitter: string;
  onFile?: (path: string, bytes: number) => void;
  /** Remove objects whose files are gone from the folder. */
  delete?: boolean;
  /** File that remembers the ETags of large files between runs. */
  hashCache?: string;
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
 * Uploads a folder to its prefix and then, last of all, writes FILE_UPLOAD.
 *
 * @throws CloudSubmitError when nothing was submitted: bad prefix, no job script, a job that is still
 * active, or files that cannot be uploaded
 */
export async function submitJob(store: ObjectStore, input: SubmitInput): Promise<Submitted> {
  const { folder, prefix, submission } = input;
  const problem = prefixProblem(prefix);
  if (problem !== undefined) throw new CloudSubmitError("bad-prefix", problem);
  await checkFolder(folder);
  const state = await readState(store, prefix);
  if (state === "FILE_UPLOAD" || state === "JOB_SUBMIT" || state === "JOB_CANCEL")
    throw new CloudSubmitError(
      "active-job",
      `${prefix}: its job is still active (${state}); wait for it with: cloud-submit wait ${prefix}`,
    );

  const etags = new Map<string, string>();
  const { summary } = await uploadFolder(store, folder, prefix, {
    outsideLinks: "follow",
    wanted: (path) => !PROTOCOL_FILES.has(path),
    onEtag: (key, etag) => etags.set(key, etag),
    ignore: await readIgnoreRules(folder),
    delete: input.delete,
    hashCache: input.hashCache,
    onFile: input.onFile,
  });
  const [first] = summary.skipped;
  if (first) {
    const more = summary.skippedCount > 1 ? ` (and ${summary.skippedCount - 1} more)` : "";
    throw new CloudSubmitError(
      "transfer",
      `nothing submitted: ${JSON.stringify(first.path)} cannot be uploaded: ${first.reason}${more}; remove it or make it readable`,
    );
  }
  await store.put(keyOf(prefix, STATUS_FILE), formatStatus("FILE_UPLOAD"), {
    contentType: "text/plain; charset=utf-8",
    metadata: {
      [SUBMISSION_METADATA]: submission,
      // HTTP headers carry ASCII only.
      [SUBMITTER_METADATA]: input.submitter.replace(/[^\x21-\x7e]/g, "?"),
    },
  });
  const { files, bytes, unchanged } = summary;
  return { prefix, submission, files, bytes, unchanged, etags };
}

async function checkFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch(() => undefined);
  if (!stats) throw new CloudSubmitError("usage", `${folder}: there is no such folder`);
  if (!stats.isDirectory())
    throw new CloudSubmitError("usage", `${folder}: not a folder; put the job script into one`);
  await access(join(folder, SCRIPT_FILE)).catch(() => {
    throw new CloudSubmitError(
      "no-script",
      `${folder}: there is no ${SCRIPT_FILE} in it; that is the Slurm job script to run`,
    );
  });
}
