import { writeMarker } from "../../bucket/job-objects/marker.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { RequestMessage } from "../spool/messages.ts";
import { answerAgain } from "./answer-again.ts";
import { answerCancel } from "./answer-cancel.ts";
import { answerCheck } from "./answer-check.ts";
import { answerRun } from "./answer-run.ts";
import { removeAnswered } from "./remove-answered.ts";
import type { RequestPorts } from "./request-ports.ts";

/**
 * Takes requests from the spool. A request has no authority: what counts is the status object as it is
 * now. Requests for one prefix are taken one after the other.
 */
export class Requests {
  readonly #ports: Omit<RequestPorts, "say">;
  readonly #turns = new Map<string, Promise<void>>();

  constructor(ports: Omit<RequestPorts, "say">) {
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
    const { journal, store, log } = this.#ports;
    const say: RequestPorts["say"] = (text, fields) => log("info", text, { ...message, ...fields });
    const ports = { ...this.#ports, say };
    const known = await journal.get(prefix, submission);
    if (action === "check") await answerCheck(message, known, ports);
    else if (action === "run" && known) {
      await this.#nameAccount(known, message);
      await answerAgain(known, await readStatus(store, prefix), ports);
    } else {
      const status = await readStatus(store, prefix);
      const asked = status?.submission === submission ? message : nameless(message);
      if (status?.state === "FILE_UPLOAD") await answerRun(asked, status, ports);
      else if (status?.state === "JOB_CANCEL") await answerCancel(asked, status, ports);
      else say("request is out of date", { state: status?.state });
    }
    // The marker of a request that has no answer yet stays until it has: it holds back a second command
    // for the same FILE_UPLOAD, and if this machine is lost, it is what the job is taken up from.
    const entry = await journal.get(prefix, submission);
    if (action !== "run" || entry?.state !== "FILE_UPLOAD")
      await removeAnswered(this.#ports, { prefix, submission, action });
    else if (known) await this.#keep(entry);
  }

  /** Notes who asked for a submission that another one's request has brought in. */
  async #nameAccount(entry: JobEntry, { requester, command }: RequestMessage): Promise<void> {
    if (!requester || entry.requester?.account !== undefined) return;
    await this.#ports.journal.update(entry, (now) => ({
      requester: { ...now.requester, account: requester },
      commandId: command,
    }));
  }

  /** Tells the sweep that a request which takes long is being worked on. */
  async #keep(entry: JobEntry): Promise<void> {
    const { prefix, submission, requester, times } = entry;
    const heard = this.#ports.now().toISOString();
    await writeMarker(this.#ports.store, {
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
      await removeAnswered(this.#ports, { prefix, submission, action: "run" });
  }
}

/** The account and the command of a request are those of its own submission, and no other one's. */
function nameless(message: RequestMessage): RequestMessage {
  return { ...message, requester: undefined, command: undefined };
}
