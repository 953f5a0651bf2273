import { CloudSubmitError } from "../protocol/error.ts";
import { FINAL_STATES, type State } from "../protocol/state.ts";
import { SUBMITTER_METADATA, submissionOf } from "../protocol/submission.ts";
import type { Driver } from "./driver.ts";
import type { JobObjects, StatusObject } from "./job-objects.ts";
import type { JobEntry, Phase } from "./journal/job-entry.ts";
import type { Journal } from "./journal/journal.ts";
import type { Log } from "./log.ts";
import { recordOf } from "./report.ts";
import type { RequestMessage } from "./spool/messages.ts";

/** Phases in which a job can still be cancelled. */
const CANCELLABLE: ReadonlySet<Phase> = new Set([
  "accepted",
  "staged",
  "submitting",
  "submitted",
  "running",
]);

export interface RequestPorts {
  journal: Journal;
  objects: JobObjects;
  driver: Driver;
  log: Log;
  now: () => Date;
}

/**
 * Takes requests from the spool. A request has no authority: what counts is the status object as it is
 * now. Requests for one prefix are taken one after the other.
 */
export class Requests {
  readonly #ports: RequestPorts;
  readonly #turns = new Map<string, Promise<void>>();

  constructor(ports: RequestPorts) {
    this.#ports = ports;
  }

  /** Acts on one request; when this returns it is in the journal, or of no consequence. */
  async take(message: RequestMessage): Promise<void> {
    const { prefix } = message;
    const before = this.#turns.get(prefix) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.#act(message));
    this.#turns.set(prefix, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(prefix) === turn) this.#turns.delete(prefix);
    }
  }

  async #act(message: RequestMessage): Promise<void> {
    const { action, prefix, submission } = message;
    const { journal, objects } = this.#ports;
    if (action === "run" && journal.get(prefix, submission))
      this.#say("request is known already", message);
    else {
      const status = await objects.readStatus(prefix);
      if (status?.state === "FILE_UPLOAD") await this.#run(message, status);
      else if (status?.state === "JOB_CANCEL") await this.#cancel(message, status);
      else this.#say("request is out of date", message, { state: status?.state });
    }
    // The marker of a request that has no answer yet stays until it has: it holds back a second command
    // for the same FILE_UPLOAD, and if this machine is lost, it is what the job is taken up from.
    const unanswered = action === "run" && journal.get(prefix, submission)?.state === "FILE_UPLOAD";
    if (!unanswered) await objects.clearPending(prefix, action, submission);
  }

  /** FILE_UPLOAD: a new submission, one that is known, or one that is refused. */
  async #run(message: RequestMessage, status: StatusObject): Promise<void> {
    const { journal, driver, now } = this.#ports;
    const { prefix } = message;
    const submission = submissionOf(status);
    if (journal.get(prefix, submission)) return this.#say("request is known already", message);
    const active = journal.activeOf(prefix);
    if (active) return this.#refuse(active, submission, status);

    const accepted = now().toISOString();
    const entry: JobEntry = {
      version: 1,
      prefix,
      submission,
      phase: "accepted",
      state: "FILE_UPLOAD",
      requester: requesterOf(message, status),
      statusEtag: status.etag,
      times: { requested: (status.lastModified ?? now()).toISOString(), accepted },
      outbox: [],
    };
    await journal.add(entry);
    this.#say("request accepted", message, { submission });
    driver.wake(entry);
  }

  /**
   * The folder of an active job is never overwritten: the record says so, and the state goes back.
   *
   * @throws CloudSubmitError `active-job` while a state of the job's own is on its way: what the status
   * object says is to be looked at again once it is there
   */
  async #refuse(active: JobEntry, submission: string, status: StatusObject): Promise<void> {
    const { journal, objects, log, now } = this.#ports;
    const reason = `the job of submission ${active.submission} is still active`;
    if (active.phase !== "running") throw new CloudSubmitError("active-job", reason);
    if (!active.refused?.some((earlier) => earlier.submission === submission))
      await journal.update(active, ({ refused = [] }) => ({
        refused: [...refused, { submission, at: now().toISOString(), reason }],
      }));
    log("warn", "request refused", { prefix: active.prefix, submission, reason });
    await objects.writeRecord(recordOf(active, "JOB_SUBMIT"));
    await objects.writeStatus(active.prefix, "JOB_SUBMIT", status.etag);
  }

  /** JOB_CANCEL: for the active job; for an ended one the state goes back to what it was. */
  async #cancel(message: RequestMessage, status: StatusObject): Promise<void> {
    const { journal, objects, driver, now } = this.#ports;
    const { prefix } = message;
    const active = journal.activeOf(prefix);
    if (active && !CANCELLABLE.has(active.phase))
      throw new CloudSubmitError("active-job", "the job is about to end");
    if (active) {
      await journal.update(active, () => ({ cancelRequested: true }));
      this.#say("cancel accepted", message, { submission: active.submission });
      return driver.wake(active);
    }
    const record = await objects.readRecord(prefix);
    const earlier: State | undefined = record?.state;
    if (record && earlier && FINAL_STATES.has(earlier) && journal.get(prefix, record.submission)) {
      await objects.writeStatus(prefix, earlier, status.etag);
      return this.#say("cancel of a job that has ended", message, { state: earlier });
    }
    const at = now().toISOString();
    const entry: JobEntry = {
      version: 1,
      prefix,
      submission: submissionOf(status),
      phase: "failing",
      state: "JOB_CANCEL",
      requester: requesterOf(message, status),
      statusEtag: status.etag,
      outcome: "cancelled",
      error: { code: "cancelled", message: "cancelled before the Head Node had it" },
      times: { requested: (status.lastModified ?? now()).toISOString(), accepted: at },
      outbox: [],
    };
    await journal.add(entry);
    this.#say("cancel of a job that never was", message);
    driver.wake(entry);
  }

  #say(text: string, message: RequestMessage, fields: object = {}): void {
    this.#ports.log("info", text, { ...message, ...fields });
  }
}

function requesterOf(message: RequestMessage, status: StatusObject) {
  const submitter = status.metadata?.[SUBMITTER_METADATA]?.slice(0, 256);
  return {
    ...(message.requester && { account: message.requester }),
    ...(submitter !== undefined && { submitter }),
  };
}
