import { listQueue } from "../../bucket/job-objects/marker.ts";
import { writeRecord } from "../../bucket/job-objects/record.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { type Dependency, isMet } from "../../protocol/after.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { SubmissionId } from "../../protocol/request.ts";
import { isPending } from "../jobs/given-up.ts";
import { recordOf } from "../jobs/report.ts";
import { isWaiting, type JobEntry } from "../journal/job-entry.ts";
import { goOn } from "./go-on.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";

/** So long a run is waited for whose request has not come in, milliseconds: as long as requests are sent again. */
const UNKNOWN_MS = 24 * 3_600_000;

/** How it stands with one of the runs that a submission waits for. */
type Standing = "met" | "open" | "not in yet";

/** waiting → accepted: once every run that the submission waits for has ended as it was to. Throws as othersEnded. */
export const awaitOthers: Step = (entry, ports) => othersEnded(entry, ports, { phase: "accepted" });

/**
 * Looks whether every run that the submission waits for has ended as it was to. The journal alone tells how one
 * has ended; the bucket only whether one that the agent does not know is still to come. Called again when one has ended.
 *
 * @param next what the entry is to hold then
 * @returns undefined: one has not ended
 * @throws CloudSubmitError `dependency-failed` when that can no longer be; `no-such-job` to be called again, while a
 * run is not in yet
 */
export async function othersEnded(
  entry: JobEntry,
  ports: StepPorts,
  next: StepResult,
): Promise<StepResult | undefined> {
  goOn(entry, "while it waited for other jobs");
  const { waitsFor = [] } = entry;
  const named = await nameAll(waitsFor, ports);
  // So that from now on the index has all of them.
  if (named) return { waitsFor: named };
  if (!entry.isToldToWait && isInCircle(entry, ports)) throw circle(entry);
  const standings = new Map<Dependency, Standing>();
  for (const one of waitsFor) standings.set(one, await standingOf(one, entry, ports));
  const left = waitsFor.filter((one) => standings.get(one) !== "met");
  if (left.length === 0) return released(entry, ports, next);
  if (!entry.isToldToWait || left.length < waitsFor.length) {
    await writeRecord(ports.store, recordOf({ ...entry, waitsFor: left }, entry.state));
    return { waitsFor: left, isToldToWait: true };
  }
  const missing = left.find((one) => standings.get(one) === "not in yet");
  if (!missing) return undefined;
  throw new CloudSubmitError("no-such-job", `the request of ${missing.prefix} is not in yet`);
}

async function released(
  entry: JobEntry,
  { store, now }: StepPorts,
  next: StepResult,
): Promise<StepResult> {
  const times = { ...entry.times, released: now().toISOString() };
  if (entry.isToldToWait)
    await writeRecord(store, recordOf({ ...entry, ...next, times }, entry.state));
  return { ...next, times, waitsFor: undefined, isToldToWait: undefined };
}

/**
 * Names the run of each prefix whose run was not known when the request was taken: the last one that has asked.
 *
 * @returns undefined: every one has its name
 */
async function nameAll(
  waitsFor: readonly Dependency[],
  { store }: StepPorts,
): Promise<Dependency[] | undefined> {
  if (waitsFor.every(({ submission }) => submission !== undefined)) return undefined;
  const all: Dependency[] = [];
  for (const one of waitsFor) {
    const submission = one.submission ?? (await lastAsked(one.prefix, store));
    if (submission === undefined)
      throw dependencyFailed(`it was to begin after ${one.prefix}: the cluster knows no such run`);
    all.push({ ...one, submission });
  }
  return all;
}

/** The submission of the prefix's run that was asked for last, of those whose request is pending. */
async function lastAsked(prefix: string, store: StepPorts["store"]): Promise<string | undefined> {
  let last: { submission: string; at: number } | undefined;
  for await (const { request, asked, written } of listQueue(store, prefix)) {
    const at = asked?.time ?? written?.getTime() ?? 0;
    if (request.action === "run" && at >= (last?.at ?? 0))
      last = { submission: request.submission, at };
  }
  return last?.submission;
}

async function standingOf(
  { prefix, submission = "", condition }: Dependency,
  entry: JobEntry,
  ports: StepPorts,
): Promise<Standing> {
  const { runs, now } = ports;
  const id = { prefix, submission };
  let other = await runs.get(prefix, submission);
  if (!other) {
    const waited = now().getTime() - Date.parse(entry.times.accepted ?? "");
    if (waited <= UNKNOWN_MS && (await isAsked(id, ports.store))) return "not in yet";
    // It may have come in, and may have ended, since the journal was asked.
    other = await runs.get(prefix, submission);
  }
  const run = `${prefix} (submission ${submission})`;
  if (!other) throw dependencyFailed(`it was to begin after ${run}: the cluster knows no such run`);
  if (other.phase !== "done") return "open";
  const { outcome } = other;
  if (isMet(condition, outcome)) return "met";
  const wanted = condition === "ok" ? "complete" : "fail";
  throw dependencyFailed(`${run} was to ${wanted} before it, and ended as ${outcome ?? "unknown"}`);
}

/** Whether a run's request is pending, or will be: its status object asks for it. */
async function isAsked(run: SubmissionId, store: StepPorts["store"]): Promise<boolean> {
  if (await isPending(run, store)) return true;
  const status = await readStatus(store, run.prefix);
  return status?.state === "FILE_UPLOAD" && status.submission === run.submission;
}

/** Whether a submission waits for itself, over others that wait. No other one can have closed the circle later. */
function isInCircle(entry: JobEntry, { runs }: StepPorts): boolean {
  if (runs.waitingFor(entry).length === 0) return false;
  const seen = new Set<JobEntry>();
  const next = [entry];
  for (let one = next.pop(); one; one = next.pop())
    for (const { prefix, submission } of one.waitsFor ?? []) {
      const other = submission === undefined ? undefined : runs.active({ prefix, submission });
      if (other === entry) return true;
      if (!other || !isWaiting(other) || seen.has(other)) continue;
      seen.add(other);
      next.push(other);
    }
  return false;
}

function circle({ prefix, submission }: JobEntry): CloudSubmitError {
  return dependencyFailed(`${prefix} (submission ${submission}) waits for itself, over others`);
}

function dependencyFailed(message: string): CloudSubmitError {
  return new CloudSubmitError("dependency-failed", message);
}
