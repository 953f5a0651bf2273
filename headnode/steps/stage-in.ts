import { access, rm } from "node:fs/promises";
import { join } from "node:path";
import { readInputManifest } from "../../bucket/job-objects/manifest.ts";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import { keyOf, PROTOCOL_FILES, SCRIPT_FILE } from "../../protocol/objects.ts";
import { downloadFolder } from "../../transfer/download.ts";
import type { TransferSummary } from "../../transfer/summary.ts";
import { workFolder, writeManifest } from "../jobs/work-folder.ts";
import type { Step, StepResult } from "./ports.ts";

/**
 * accepted → staged: brings this prefix, and nothing else, to the cluster; of a submission with a manifest, exactly the
 * objects that it names, or none.
 */
export const stageIn: Step = async (entry, ports) => {
  if (entry.cancelRequested)
    throw new CloudSubmitError("cancelled", "cancelled before it was staged");
  const { prefix, manifest } = entry;
  const exactly = manifest && (await readInputManifest(ports.store, prefix, manifest));
  const folder = workFolder(ports, entry);
  const summary = await downloadFolder(ports.store, prefix, folder.path, {
    exactly,
    wanted: (path) => !PROTOCOL_FILES.has(path),
    machine: ports.machine,
  }).catch(async (error: unknown) => {
    if (!isDiskProblem(error)) throw error;
    await rm(folder.path, { recursive: true, force: true });
    throw new CloudSubmitError("stage-in-failed", messageOf(error), { cause: error });
  });
  if (exactly && summary.skippedCount > 0) {
    await rm(folder.path, { recursive: true, force: true });
    return notWhole(summary);
  }
  try {
    await access(join(folder.path, SCRIPT_FILE));
  } catch {
    throw new CloudSubmitError(
      "no-script",
      `there is no ${keyOf(prefix, SCRIPT_FILE)}: upload the job script, then write FILE_UPLOAD again`,
    );
  }
  await writeManifest(folder, ports.machine);
  return {
    phase: "staged",
    stageIn: summary.verdict(),
    times: { ...entry.times, staged: ports.now().toISOString() },
  };
};

/** A job runs on all that its submitter sent, or not at all: the record's stageIn names what is missing. */
function notWhole(summary: TransferSummary): StepResult {
  const { skipped, skippedCount, changed } = summary;
  const names = skipped.slice(0, 3).map(({ path }) => JSON.stringify(path.slice(0, 200)));
  const more = skippedCount > names.length ? ` and ${skippedCount - names.length} more` : "";
  const what = `${names.join(", ")}${more}`;
  const error =
    changed > 0
      ? ({
          code: "inputs-changed",
          message: `${what}: no longer what was submitted, another client has written under this prefix; submit again, under another one`,
        } as const)
      : ({ code: "stage-in-failed", message: `${what}: cannot be stored on the cluster` } as const);
  return { phase: "failing", outcome: "rejected", error, stageIn: summary.verdict() };
}

/** No space, no right, no such device: trying again would not help. */
function isDiskProblem(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS"].includes(code ?? "");
}
