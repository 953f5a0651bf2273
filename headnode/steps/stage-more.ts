import { readStatus } from "../../bucket/job-objects/status.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { Inputs } from "../../protocol/manifest.ts";
import { PROTOCOL_FILES, SCRIPT_FILE } from "../../protocol/objects.ts";
import { SKIPPED_LIST_MAX } from "../../protocol/reason.ts";
import type { TransferVerdict } from "../../protocol/record.ts";
import { downloadFolder } from "../../transfer/download.ts";
import { isDiskFull } from "../cache/object-cache.ts";
import { makeWorkFolder, noteManifest, readManifest, workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { withObjectRefusals } from "./object-refusals.ts";
import type { StepPorts, StepResult } from "./ports.ts";
import { finalWord, missingError } from "./staging-errors.ts";
import type { WorkDisk } from "./work-disk.ts";

/** Further inputs of a job that has not begun. */
export interface More {
  /** The script among them is left aside: Slurm has it already. */
  inputs: Inputs;
  workDisk: WorkDisk;
  /** Changes to the entry when they are there. */
  next: StepResult;
}

/**
 * Stages further inputs over the folder of a job that is held, exactly the objects that they name, and notes them as inputs, so that
 * they are no results. When the job is cancelled meanwhile, what has come is noted.
 *
 * @throws CloudSubmitError `inputs-changed`, `stage-in-failed`; anything else is to be tried again
 */
export async function stageMore(
  entry: JobEntry,
  ports: StepPorts,
  { inputs, workDisk, next }: More,
): Promise<StepResult> {
  if (inputs.size === 0) return next;
  for (const { size } of inputs.values()) ports.extent?.add(size);
  const { prefix } = entry;
  const folder = workFolder(ports, entry);
  const goOn = () => {
    if (entry.cancelRequested) throw new CloudSubmitError("cancelled", "cancelled while held");
  };
  const note = async () => {
    const before = await readManifest(folder, entry.staged);
    return noteManifest(folder, ports.machine, (path, mark) =>
      inputs.has(mark === "" ? `${path}/` : path) ? mark : before.get(path),
    );
  };
  try {
    await makeWorkFolder(folder, ports.machine.disk);
    const store = withObjectRefusals(ports.store, () => readStatus(ports.store, prefix));
    const summary = await downloadFolder(store, prefix, folder.path, {
      exactly: inputs,
      local: ports.local,
      wanted: (path) => {
        goOn();
        return !PROTOCOL_FILES.has(path) && path !== SCRIPT_FILE;
      },
      onBytes: goOn,
      machine: ports.machine,
      alone: await workDisk(ports.workRoot),
    });
    if (summary.skippedCount > 0) {
      const { code, message } = missingError(summary, inputs);
      throw new CloudSubmitError(code, message);
    }
    const stageIn = withMore(entry.stageIn, summary.verdict());
    return { ...next, stageIn, staged: await note() };
  } catch (error) {
    if (entry.cancelRequested) return { staged: await note() };
    if (isDiskFull(error) && (await ports.makeRoom?.())) throw error;
    const why = finalWord(error, ports.workRoot);
    if (why === undefined) throw error;
    throw new CloudSubmitError("stage-in-failed", why, { cause: error });
  }
}

/** Two transfers into one folder as one. */
function withMore(first: TransferVerdict | undefined, more: TransferVerdict): TransferVerdict {
  if (!first) return more;
  const cached = first.cached ?? more.cached;
  return {
    verdict: first.verdict === "complete" ? more.verdict : first.verdict,
    files: first.files + more.files,
    bytes: first.bytes + more.bytes,
    ...(cached && {
      cached: {
        files: (first.cached?.files ?? 0) + (more.cached?.files ?? 0),
        bytes: (first.cached?.bytes ?? 0) + (more.cached?.bytes ?? 0),
      },
    }),
    skipped: [...first.skipped, ...more.skipped].slice(0, SKIPPED_LIST_MAX),
    skippedCount: first.skippedCount + more.skippedCount,
  };
}
