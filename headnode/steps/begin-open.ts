import type { BackOff } from "../../bucket/flow/back-off.ts";
import { readClosing } from "../../bucket/job-objects/closing.ts";
import { readInputManifest } from "../../bucket/job-objects/manifest.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { CloudSubmitError, type ErrorCode, messageOf } from "../../protocol/error.ts";
import { FileError } from "../../protocol/file-error.ts";
import type { Inputs } from "../../protocol/manifest.ts";
import { type Closing, OPEN_MS } from "../../protocol/open-submission.ts";
import { reason } from "../../protocol/reason.ts";
import { ownerOf } from "../jobs/job-owner.ts";
import { workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { isEnded, type SlurmTask } from "../slurm/job-state.ts";
import { othersEnded } from "./await-others.ts";
import { TakesLong } from "./extent.ts";
import { NotYet } from "./not-yet.ts";
import { withObjectRefusals } from "./object-refusals.ts";
import { withOtherResults } from "./other-results.ts";
import { makeOutputFolders } from "./output-folders.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";
import { stageMore } from "./stage-more.ts";
import { STAGE_IN_MS } from "./staging-errors.ts";
import { workDisk } from "./work-disk.ts";

/** Looks for a closing object that is not there yet. */
const CLOSING_LOOK: BackOff = { firstMs: 500, maxMs: 2_000 };

/** Looks at a job that was cancelled, since Slurm runs no hook for one that has not begun. */
const CANCEL_LOOK: BackOff = { firstMs: 100, maxMs: 10_000 };

/** Errors after which the job that is held will never run. */
const FATAL: ReadonlySet<ErrorCode> = new Set([
  "dependency-failed",
  "inputs-changed",
  "stage-in-failed",
]);

/** Nothing is left of what an open submission waits for. */
const DONE: StepResult = {
  open: undefined,
  takesResults: undefined,
  waitsFor: undefined,
  isToldToWait: undefined,
};

/** Things that the parts of one agent's open submissions have in common. */
interface Common {
  workDisk: ReturnType<typeof workDisk>;
  /** Closing objects that were read, until the staging of their inputs begins. */
  closings: WeakMap<JobEntry, Closing>;
}

/**
 * The step of a job that Slurm has: of an open submission first what its job is held for, part by part, and beside it, as of
 * any other, `awaitEnd`.
 */
export function heldFirst(awaitEnd: Step): Step {
  const common: Common = { workDisk: workDisk(), closings: new WeakMap() };
  return async (entry, ports) => {
    if (entry.open === undefined) return awaitEnd(entry, ports);
    const next = entry.cancelRequested ? DONE : await nextPart(entry, ports, common);
    if (next) return next;
    const seen = await awaitEnd(entry, ports);
    // Somebody has cancelled it on the cluster.
    return seen?.phase === "ended" ? { ...DONE, ...seen } : seen;
  };
}

/**
 * @returns undefined: another job has to end first
 * @throws what is tried again; NotYet while there is something to be looked for
 */
async function nextPart(
  entry: JobEntry,
  ports: StepPorts,
  common: Common,
): Promise<StepResult | undefined> {
  try {
    switch (entry.open) {
      case "others":
        return await afterOthers(entry, ports, common);
      case "results":
        return await stageResults(entry, ports, common);
      case "closing":
        return await awaitClosing(entry, ports, common);
      case "inputs":
        return await stageClosing(entry, ports, common);
      case "failed":
        return await cancelled(entry, ports);
      default:
        return await release(entry, ports);
    }
  } catch (error) {
    return failed(entry, error, ports.now());
  }
}

/** The part in which the job is cancelled, for an error after which it will never run; throws any other error. */
function failed(entry: JobEntry, error: unknown, now: Date): StepResult {
  const part = { open: "failed", waitsFor: undefined, isToldToWait: undefined } as const;
  if (error instanceof CloudSubmitError && FATAL.has(error.code))
    return { ...part, error: { code: error.code, message: error.message } };
  if (error instanceof TakesLong) throw error;
  const carries = entry.open === "results" || entry.open === "inputs";
  if (!carries || !(now.getTime() - openSince(entry) > STAGE_IN_MS)) throw error;
  const message = `tried for a day: ${messageOf(error)}`;
  return { ...part, error: { code: "stage-in-failed", message } };
}

/** Since when nothing but its own inputs holds up the job, milliseconds since 1970. */
function openSince({ times }: JobEntry): number {
  const submitted = times.submitted ?? times.accepted ?? "";
  return Math.max(Date.parse(submitted), Date.parse(times.released ?? submitted));
}

async function afterOthers(
  entry: JobEntry,
  ports: StepPorts,
  common: Common,
): Promise<StepResult | undefined> {
  const next = entry.takesResults ? "results" : "closing";
  if (entry.waitsFor) return othersEnded(entry, ports, { open: next });
  return entry.takesResults ? { open: next } : awaitClosing(entry, ports, common);
}

async function stageResults(
  entry: JobEntry,
  ports: StepPorts,
  common: Common,
): Promise<StepResult> {
  const { prefix, manifest } = entry;
  if (!(await isStillThere(entry, ports))) return DONE;
  const { from = [] } = manifest ? await readInputManifest(ports.store, prefix, manifest) : {};
  const store = refusing(entry, ports);
  const goOn = () => {
    if (entry.cancelRequested) throw new CloudSubmitError("cancelled", "cancelled while held");
  };
  const inputs = await withOtherResults({ store, goOn }, new Map(), from, "later wins");
  return stageMore(entry, ports, { inputs, workDisk: common.workDisk, next: { open: "closing" } });
}

/** Looks for the closing object, for a time. */
async function awaitClosing(
  entry: JobEntry,
  ports: StepPorts,
  { closings }: Common,
): Promise<StepResult> {
  const closing = await closingOf(entry, ports);
  if (closing?.inputs.length === 0) return release(entry, ports);
  if (closing) {
    closings.set(entry, closing);
    return { open: "inputs" };
  }
  const waited = ports.now().getTime() - openSince(entry);
  // Also when the clock was set back.
  if (waited >= 0 && waited < OPEN_MS)
    throw new NotYet("the closing object is not there yet", CLOSING_LOOK);
  const note = reason("closing-not-seen", { seconds: `${OPEN_MS / 1000}` });
  return { open: "release", notes: [...(entry.notes ?? []), note] };
}

async function stageClosing(
  entry: JobEntry,
  ports: StepPorts,
  { closings, workDisk }: Common,
): Promise<StepResult> {
  const closing = closings.get(entry) ?? (await closingOf(entry, ports));
  // Called again, it is read again: many may wait for the places of large ones.
  closings.delete(entry);
  // Another one has taken its place.
  if (!closing) return { open: "closing" };
  if (!(await isStillThere(entry, ports))) return DONE;
  const inputs: Inputs = new Map(closing.inputs.map((input) => [input.path, input]));
  return stageMore(entry, ports, { inputs, workDisk, next: { open: "release" } });
}

/** One that S3 refuses, alone of all, closes nothing. */
async function closingOf(entry: JobEntry, ports: StepPorts): Promise<Closing | undefined> {
  try {
    return await readClosing(refusing(entry, ports), entry);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function refusing({ prefix }: JobEntry, { store }: StepPorts): StepPorts["store"] {
  return withObjectRefusals(store, () => readStatus(store, prefix));
}

/** Whether the job has not begun: nothing is put into the folder of one that has, whoever has released it. */
async function isStillThere(entry: JobEntry, ports: StepPorts): Promise<boolean> {
  const tasks = await look(entry, ports);
  const waits = ({ state }: SlurmTask) => state === "PENDING";
  return tasks.some(waits) && tasks.every((task) => waits(task) || isEnded(task));
}

async function look(entry: JobEntry, ports: StepPorts): Promise<SlurmTask[]> {
  const jobId = entry.slurm?.jobId ?? "";
  return (await ports.slurm.look(jobId, ownerOf(entry, ports), entry.jobName)).tasks;
}

async function release(entry: JobEntry, ports: StepPorts): Promise<StepResult> {
  const jobId = entry.slurm?.jobId ?? "";
  const folder = workFolder(ports, entry).path;
  const refusal = await ports.slurm.release(jobId, ownerOf(entry, ports), (folders) =>
    makeOutputFolders(folder, folders, ports.machine.disk),
  );
  const { prefix, submission } = entry;
  if (refusal !== undefined)
    ports.log("warn", "Slurm does not release the job", {
      prefix,
      submission,
      slurmJobId: jobId,
      error: refusal,
    });
  // Not again where Slurm refuses: an administrator holds it.
  return { ...DONE, releasedAt: refusal === undefined ? ports.now().toISOString() : undefined };
}

/** Cancels a job that cannot run. One that has begun all the same ends as any other. */
async function cancelled(entry: JobEntry, ports: StepPorts): Promise<StepResult> {
  const jobId = entry.slurm?.jobId ?? "";
  await ports.slurm.cancel(jobId, ownerOf(entry, ports));
  const tasks = await look(entry, ports);
  if (!tasks.every(isEnded)) throw new NotYet("Slurm has not cancelled the job yet", CANCEL_LOOK);
  if (tasks.some(({ nodes }) => nodes !== undefined)) return DONE;
  const state = tasks[0]?.state;
  return {
    ...DONE,
    phase: "failing",
    outcome: entry.error?.code === "unreachable" ? "unreachable" : "rejected",
    slurm: { jobId, ...(state !== undefined && { state }) },
    array: undefined,
  };
}
