import { hasMarker } from "../../bucket/job-objects/marker.ts";
import { readStatus, type StatusObject } from "../../bucket/job-objects/status.ts";
import { whoAsked } from "../../bucket/job-objects/who-asked.ts";
import { pendingKey } from "../../protocol/marker.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { adopt } from "./adopt.ts";
import { answerAgain } from "./answer-again.ts";
import { answerCancel, answerOverwrittenCancel } from "./answer-cancel.ts";
import { answerReplacedRun, answerRun } from "./answer-run.ts";
import type { JobRequest } from "./job-request.ts";
import type { RequestPorts } from "./request-ports.ts";

/**
 * Takes requests. A request has no authority: what counts is the status object, as the function saw it that claimed the
 * request, or as it is now. Requests for one prefix are taken one after the other.
 */
export class Requests {
  readonly #ports: Omit<RequestPorts, "say">;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(ports: Omit<RequestPorts, "say">) {
    this.#ports = ports;
  }

  /** Acts on one request; when this returns it is in the journal, or of no consequence. */
  async take(request: JobRequest): Promise<void> {
    await this.#inTurn(request, () => this.#act(request));
  }

  /**
   * Takes a run whose marker nobody has seen, where its status object tells all: it asks for this submission, the prefix has no
   * other one, and the marker's key is made of what it says. The marker itself is not looked for.
   *
   * @returns false: nothing was done, and the marker is to be looked for
   */
  async takeUnseen(request: JobRequest): Promise<boolean> {
    return this.#inTurn(request, async () => {
      const { action, prefix, submission, requester } = request;
      const { journal, store, log } = this.#ports;
      if (action !== "run" || (await journal.get(prefix, submission))) return false;
      if (journal.activeOf(prefix)) return false;
      const status = await readStatus(store, prefix);
      const { state, etag, lastModified, metadata } = status ?? {};
      if (state !== "FILE_UPLOAD" || status?.submission !== submission) return false;
      if (!etag || !lastModified || !metadata) return false;
      const asked = { etag, time: lastModified.getTime(), account: requester, metadata };
      const key = pendingKey({ action, prefix, submission }, asked);
      const say: RequestPorts["say"] = (text, fields) =>
        log("info", text, { ...request, ...fields });
      const marked = { ...request, marker: { key, asked: undefined } };
      await answerRun(marked, status, { ...this.#ports, say });
      return true;
    });
  }

  async #inTurn<T>({ prefix }: JobRequest, act: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(prefix) ?? Promise.resolve();
    const turn = before.then(act, act);
    this.#turns.set(prefix, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(prefix) === turn) this.#turns.delete(prefix);
    }
  }

  async #act(request: JobRequest): Promise<void> {
    const { action, prefix, submission, marker } = request;
    const { journal, log } = this.#ports;
    const { marker: _, ...told } = request;
    const say: RequestPorts["say"] = (text, fields) => log("info", text, { ...told, ...fields });
    const ports = { ...this.#ports, say };
    const known = await journal.get(prefix, submission);
    if (action === "run" && known) {
      await this.#nameAccount(known, request);
      await answerAgain(known, ports);
    } else {
      const status = await this.#statusOf(request);
      const isOwn = status?.submission === submission;
      if (action === "cancel" && marker && !isOwn)
        await answerOverwrittenCancel(request, marker.key, ports);
      const asked = isOwn ? await this.#withAccount(request) : nameless(request);
      if (status?.state === "FILE_UPLOAD") await answerRun(asked, status, ports);
      else if (status?.state === "JOB_CANCEL") await answerCancel(asked, status, ports);
      else if (status && isLost(request, status, ports)) await adopt(request, status, ports);
      else say("request is out of date", { state: status?.state });
      if (action === "run" && marker && status && !isOwn) await answerReplacedRun(request, ports);
    }
    if (marker) await this.#settle(request, marker.key);
  }

  /** The status object as the marker's key tells it, where that is what the status object says, else what it says now. */
  async #statusOf({
    action,
    prefix,
    submission,
    marker,
  }: JobRequest): Promise<StatusObject | undefined> {
    const asked = marker?.asked;
    if (action !== "run" || !asked) return readStatus(this.#ports.store, prefix);
    return {
      state: "FILE_UPLOAD",
      submission,
      etag: asked.etag,
      versionId: undefined,
      lastModified: new Date(asked.time),
      metadata: asked.metadata,
      isResult: false,
    };
  }

  /** Where neither a command nor the marker's key tells who asked, the marker does. */
  async #withAccount(request: JobRequest): Promise<JobRequest> {
    const { requester, marker } = request;
    if (requester !== undefined || !marker) return request;
    const { requester: told } = await whoAsked(this.#ports.store, marker.key);
    return { ...request, requester: told?.account };
  }

  /** The marker of a submission that has not ended stays until it has; any other one has had its answer. */
  async #settle({ action, prefix, submission }: JobRequest, key: string): Promise<void> {
    const { journal, remover } = this.#ports;
    const entry = action === "run" ? journal.active({ prefix, submission }) : undefined;
    if (!entry || entry.phase === "done") return remover.remove([key]);
    const { markers = [] } = entry;
    if (markers.includes(key)) return;
    // A client has asked again: one marker is enough. That of a lone ring is one that nobody may have seen.
    if (await this.#isThere(markers)) return remover.remove([key]);
    await journal.update(entry, () => ({ markers: [key] }));
  }

  async #isThere(markers: readonly string[]): Promise<boolean> {
    for (const key of markers) if (await hasMarker(this.#ports.store, key)) return true;
    return false;
  }

  /** Notes who asked for a submission that another one's request has brought in. */
  async #nameAccount(entry: JobEntry, { requester, command }: JobRequest): Promise<void> {
    if (!requester || entry.requester?.account !== undefined) return;
    await this.#ports.journal.update(entry, (now) => ({
      requester: { ...now.requester, account: requester },
      commandId: command,
    }));
  }
}

/** Whether an agent whose journal is gone has had the submission, and the prefix is no other one's by now. */
function isLost(
  { action, prefix, submission, marker }: JobRequest,
  status: StatusObject,
  { journal }: RequestPorts,
): boolean {
  if (action !== "run" || !marker || journal.activeOf(prefix)) return false;
  return status.state === "JOB_SUBMIT" && status.submission === submission;
}

/** The account, the command and the marker of a request are those of its own submission, and no other one's. */
function nameless(request: JobRequest): JobRequest {
  return { ...request, requester: undefined, command: undefined, marker: undefined };
}
