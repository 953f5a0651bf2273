import { removeMarker, writeMarker } from "../../bucket/job-objects/marker.ts";
import { readRecord, writeRecord } from "../../bucket/job-objects/record.ts";
import { readStatus, type StatusObject, writeStatus } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { keepsLinks } from "../../protocol/links.ts";
import { reason, writtenReason } from "../../protocol/reason.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { requesterOf } from "../../protocol/requester.ts";
import { parseSbatchMetadata } from "../../protocol/sbatch-options.ts";
import { FINAL_STATES, type State } from "../../protocol/state.ts";
import type { JobEntry, Phase } from "../journal/job-entry.ts";
import type { Journal } from "../journal/journal.ts";
import type { Log } from "../log.ts";
import type { Slurm } from "../slurm/slurm.ts";
import type { RequestMessage } from "../spool/messages.ts";
import { adopt } from "./adopt.ts";
import type { Driver } from "./driver.ts";
import { recordOf } from "./report.ts";

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
  store: ObjectStore;
  slurm: Slurm;
  driver: Driver;
  workRoot: string;
  home: string;
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
    const { journal, store } = this.#ports;
    const known = await journal.get(prefix, submission);
    if (action === "check") await this.#check(message, known);
    else if (action === "run" && known) this.#say("request is known already", message);
    else {
      const status = await readStatus(store, prefix);
      if (status?.state === "FILE_UPLOAD") await this.#run(message, status);
      else if (status?.state === "JOB_CANCEL") await this.#cancel(message, status);
      else this.#say("request is out of date", message, { state: status?.state });
    }
    // The marker of a request that has no answer yet stays until it has: it holds back a second command
    // for the same FILE_UPLOAD, and if this machine is lost, it is what the job is taken up from.
    const entry = await journal.get(prefix, submission);
    if (action !== "run" || entry?.state !== "FILE_UPLOAD") await removeMarker(store, message);
    else if (known) await this.#keep(entry);
  }

  /** Tells the sweep that a request which takes long is being worked on. */
  async #keep(entry: JobEntry): Promise<void> {
    const { prefix, submission, requester, times } = entry;
    const { store, now } = this.#ports;
    const heard = now().toISOString();
    await writeMarker(store, {
      version: 1,
      prefix,
      submission,
      action: "run",
      requestedAt: times.requested ?? heard,
      requester,
      heard,
      attempts: 1,
      dispatcher: "agent",
    });
    // It may have been answered, and its marker removed, before this one was written.
    if (entry.state !== "FILE_UPLOAD")
      await removeMarker(store, { prefix, submission, action: "run" });
  }

  /** Answers for a job that the bucket says Slurm has: it goes on, or it is said what became of it. */
  async #check(message: RequestMessage, known: JobEntry | undefined): Promise<void> {
    const { store, driver } = this.#ports;
    const { prefix } = message;
    if (known && known.phase !== "done") return driver.wake(known);
    const status = await readStatus(store, prefix);
    const record = await readRecord(store, prefix);
    const isAsked = status?.state === "JOB_SUBMIT" || status?.state === "JOB_CANCEL";
    if (!status || !isAsked || record?.submission !== message.submission) return;
    if (known) {
      await writeStatus(store, prefix, known.state, { ifMatch: status.etag });
      return this.#say("the final state is put back", message, { state: known.state });
    }
    await this.#adopt(record, status, message);
  }

  async #adopt(record: JobRecord, status: StatusObject, message: RequestMessage): Promise<void> {
    const { journal, driver, now } = this.#ports;
    const entry = await adopt(record, status, this.#ports);
    entry.times = { ...entry.times, accepted: now().toISOString() };
    if (status.state === "JOB_CANCEL") entry.cancelRequested = true;
    await journal.add(entry);
    this.#say("a job that the journal did not know", message, { phase: entry.phase });
    driver.wake(entry);
  }

  /** FILE_UPLOAD: a new submission, one that is known, or one that is refused. */
  async #run(message: RequestMessage, status: StatusObject): Promise<void> {
    const { journal, driver, now } = this.#ports;
    const { prefix } = message;
    const { submission } = status;
    if (await journal.get(prefix, submission))
      return this.#say("request is known already", message);
    const active = journal.activeOf(prefix);
    if (active) return this.#refuse(active, submission, status);

    const accepted = now().toISOString();
    const options = this.#options(status);
    const entry: JobEntry = {
      version: 1,
      prefix,
      submission,
      phase: "accepted",
      ...options,
      ...(keepsLinks(status.metadata) && { keepsLinks: true }),
      state: "FILE_UPLOAD",
      requester: requesterOf(message.requester, status.metadata),
      commandId: message.command,
      statusEtag: status.etag,
      times: { requested: (status.lastModified ?? now()).toISOString(), accepted },
      outbox: [],
    };
    await journal.add(entry);
    this.#say("request accepted", message, { submission });
    driver.wake(entry);
  }

  /** The options for sbatch that the request came with; a wrong one ends the submission. */
  #options(status: StatusObject): Partial<JobEntry> {
    try {
      const sbatchOptions = parseSbatchMetadata(status.metadata);
      return sbatchOptions.length > 0 ? { sbatchOptions } : {};
    } catch (error) {
      const { code, message } = CloudSubmitError.from(error);
      return { phase: "failing", outcome: "rejected", error: { code, message } };
    }
  }

  /**
   * The folder of an active job is never overwritten: the record says so, and the state goes back.
   *
   * @throws CloudSubmitError `active-job` while a state of the job's own is on its way: what the status
   * object says is to be looked at again once it is there
   */
  async #refuse(active: JobEntry, submission: string, status: StatusObject): Promise<void> {
    const { journal, store, log, now } = this.#ports;
    const why = writtenReason(reason("job-active", { submission: active.submission }));
    if (!CANCELLABLE.has(active.phase)) throw new CloudSubmitError("active-job", why.reason);
    if (!active.refused?.some((earlier) => earlier.submission === submission))
      await journal.update(active, ({ refused = [] }) => ({
        refused: [...refused, { submission, at: now().toISOString(), ...why }],
      }));
    // The record tells of it with the job's own next state, which takes this FILE_UPLOAD's place.
    if (active.phase !== "running") throw new CloudSubmitError("active-job", why.reason);
    log("warn", "request refused", { prefix: active.prefix, submission, reason: why.reason });
    await writeRecord(store, recordOf(active, "JOB_SUBMIT"));
    await writeStatus(store, active.prefix, "JOB_SUBMIT", { ifMatch: status.etag });
  }

  /** JOB_CANCEL: for the active job; for an ended one the state goes back to what it was. */
  async #cancel(message: RequestMessage, status: StatusObject): Promise<void> {
    const { journal, store, driver, now } = this.#ports;
    const { prefix } = message;
    const active = journal.activeOf(prefix);
    if (active && !CANCELLABLE.has(active.phase))
      throw new CloudSubmitError("active-job", "the job is about to end");
    if (active) {
      await journal.update(active, () => ({ cancelRequested: true }));
      this.#say("cancel accepted", message, { submission: active.submission });
      return driver.wake(active);
    }
    const record = await readRecord(store, prefix);
    const earlier: State | undefined = record?.state;
    const known = record && (await journal.get(prefix, record.submission));
    if (known && earlier && FINAL_STATES.has(earlier)) {
      await writeStatus(store, prefix, earlier, { ifMatch: status.etag });
      return this.#say("cancel of a job that has ended", message, { state: earlier });
    }
    if (record && earlier === "JOB_SUBMIT" && !known) return this.#adopt(record, status, message);
    const at = now().toISOString();
    const entry: JobEntry = {
      version: 1,
      prefix,
      submission: status.submission,
      phase: "failing",
      state: "JOB_CANCEL",
      requester: requesterOf(message.requester, status.metadata),
      commandId: message.command,
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
