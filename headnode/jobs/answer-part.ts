import { writeRecord } from "../../bucket/job-objects/record.ts";
import { type StatusObject, writeStatus } from "../../bucket/job-objects/status.ts";
import { whoAsked } from "../../bucket/job-objects/who-asked.ts";
import type { CancelPart } from "../../protocol/cancel.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { markerOfKey } from "../../protocol/marker.ts";
import { type Reason, reason, reasonText } from "../../protocol/reason.ts";
import type { State } from "../../protocol/state.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { ownerOf } from "./job-owner.ts";
import { recordOf, stateInSlurm } from "./report.ts";
import { CANCELLABLE, type RequestPorts } from "./request-ports.ts";
import type { UnansweredRun } from "./unanswered-run.ts";

/** Notes of this kind that a record keeps: clients may ask as often as they like. */
const NOTES_MAX = 100;

/**
 * A JOB_CANCEL for tasks or with a signal: Slurm is told, and the state that it has overwritten is put back. After a crash
 * in between, a signal is sent once more.
 *
 * @param status the JOB_CANCEL; undefined: it is overwritten by now
 * @throws when Slurm does not answer, or the job is between two states: it is looked at again
 */
export async function answerPart(
  active: JobEntry,
  part: CancelPart | "unreadable",
  status: StatusObject | undefined,
  ports: RequestPorts,
): Promise<void> {
  const { driver, say, store } = ports;
  const isInSlurm = active.slurm !== undefined;
  if (isInSlurm && active.state === "FILE_UPLOAD")
    throw new CloudSubmitError("active-job", "the job's next state is on its way");
  const why = await refusal(active, part, ports);
  if (why) {
    await note(active, why, ports);
    // Before that, the record tells of it with the job's own next state.
    if (isInSlurm) await writeRecord(store, recordOf(active, "JOB_SUBMIT"));
  }
  if (status)
    await putBack(active, status, isInSlurm ? stateInSlurm(active) : "FILE_UPLOAD", ports);
  say(why ? "cancel of a part is refused" : "cancel of a part is done", {
    reason: why && reasonText(why),
  });
  // Slurm shows something else of it by now, and no hook tells of tasks that had not begun.
  driver.wake(active);
}

/** Has Slurm do it; or why it was not done. */
async function refusal(
  active: JobEntry,
  part: CancelPart | "unreadable",
  ports: RequestPorts,
): Promise<Reason | undefined> {
  if (part === "unreadable") return reason("part-unreadable");
  const words = [part.tasks && `tasks ${part.tasks}`, part.signal && `signal ${part.signal}`];
  const not = (why: string) =>
    reason("part-not-cancelled", { part: words.filter(Boolean).join(", "), why });
  if (part.submission !== active.submission)
    return not(`it was for submission ${part.submission}, and this is another one`);
  const jobId = active.slurm?.jobId;
  if (jobId === undefined) return not("Slurm does not have it yet");
  const said = await ports.slurm.cancelPart(jobId, ownerOf(active, ports), part);
  return said === undefined ? undefined : not(said);
}

async function putBack(
  { prefix, submission, markers }: JobEntry,
  { etag }: StatusObject,
  state: State,
  { store }: RequestPorts,
): Promise<void> {
  // A FILE_UPLOAD is as it was, for an agent that has to begin with it.
  const asked = state === "FILE_UPLOAD" ? markerOfKey(markers?.[0] ?? "")?.asked : undefined;
  const metadata = asked?.metadata ?? {};
  await writeStatus(store, prefix, state, { metadata, submission, ifMatch: etag });
}

async function note(active: JobEntry, why: Reason, { journal }: RequestPorts): Promise<void> {
  await journal.update(active, ({ notes = [] }) => {
    const others = notes.filter(({ code }) => !code.startsWith("part-"));
    const own = notes.filter(({ code }) => code.startsWith("part-"));
    return { notes: [...others, ...[...own, why].slice(-NOTES_MAX)] };
  });
}

/** The same for one that was written over before it was looked at. */
export async function answerOverwrittenPart(
  active: JobEntry,
  part: CancelPart | "unreadable",
  ports: RequestPorts,
): Promise<void> {
  if (CANCELLABLE.has(active.phase)) await answerPart(active, part, undefined, ports);
}

/**
 * The same over a FILE_UPLOAD that has not come in: that is put back as it was, and comes in as any other.
 *
 * @returns false: what it said is not to be had any more
 */
export async function restoreRun(
  { submission, marker }: UnansweredRun,
  prefix: string,
  status: StatusObject,
  { store, say }: RequestPorts,
): Promise<boolean> {
  if (!marker) return false;
  const { metadata, requestedAt } = await whoAsked(store, marker.key);
  if (requestedAt === undefined || Object.keys(metadata).length === 0) return false;
  await writeStatus(store, prefix, "FILE_UPLOAD", { metadata, submission, ifMatch: status.etag });
  say("cancel of a part of a job that has not come in: the request is put back", { submission });
  return true;
}
