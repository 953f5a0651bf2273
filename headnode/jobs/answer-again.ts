import { readStatus, writeStatus } from "../../bucket/job-objects/status.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { JobEntry, Phase } from "../journal/job-entry.ts";
import { stateInSlurm } from "./report.ts";
import type { RequestPorts } from "./request-ports.ts";

/** Phases in which FILE_UPLOAD is what the status object is to hold: JOB_SUBMIT takes its place. */
const NOT_ANNOUNCED: ReadonlySet<Phase> = new Set(["waiting", "accepted", "staged", "submitting"]);

/**
 * FILE_UPLOAD of a submission that the journal knows: a client that had no answer to its write has repeated
 * it, maybe after the end of the job. It is no new submission, and the state that it has overwritten is put back.
 *
 * @throws CloudSubmitError `active-job` while a state of the job's own is on its way: what the status object says is
 * to be looked at again once it is there
 */
export async function answerAgain(known: JobEntry, { store, say }: RequestPorts): Promise<void> {
  const { prefix, submission, phase } = known;
  if (NOT_ANNOUNCED.has(phase)) return say("request is known already");
  const status = await readStatus(store, prefix);
  const isRepeated = status?.state === "FILE_UPLOAD" && status.submission === submission;
  if (!isRepeated) return say("request is known already");
  if (phase !== "done" && phase !== "running")
    throw new CloudSubmitError("active-job", "the job's next state is on its way");
  const state = phase === "done" ? known.state : stateInSlurm(known);
  await writeStatus(store, prefix, state, { submission, ifMatch: status.etag });
  say("a request that was repeated: the state is put back", { state });
}
