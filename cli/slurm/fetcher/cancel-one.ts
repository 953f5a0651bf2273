import { readStatus, writeStatus } from "../../../bucket/job-objects/status.ts";
import { cancelMetadata, isWholeCancel, type Reach } from "../../../protocol/cancel.ts";
import { submitterMetadata } from "../../../protocol/requester.ts";
import { FINAL_STATES } from "../../../protocol/state.ts";
import { CANCELS_METADATA } from "../../../protocol/submission.ts";
import type { Context } from "../../context.ts";
import { isStateOf } from "../../jobs/read-job.ts";
import type { JobFile } from "../job-file.ts";

/** A request for single tasks, or a signal, is answered within so long; until then there is no room for another one. */
const BUSY_MAX_MS = 30_000;
const BUSY_PAUSE_MS = 200;

/** The part of a job that is meant; undefined: the end of all of it. */
export interface Part {
  tasks?: Iterable<number> | undefined;
  signal?: string | undefined;
  reach?: Reach | undefined;
}

/** How a request went. */
export type Asked = "asked" | "ended" | "unknown" | "busy";

/**
 * Asks for a job to be cancelled, or for single tasks, or for a signal: a read and a write. Never over a state that came since
 * it was read.
 *
 * @param busyMs so long it waits until an earlier request is answered
 * @throws CloudSubmitError `bad-option` for tasks or a signal that cannot be sent; what S3 refuses
 */
export async function cancelOne(
  { store, submitter, now, sleep }: Pick<Context, "store" | "submitter" | "now" | "sleep">,
  { prefix, submission }: Pick<JobFile, "prefix" | "submission">,
  part?: Part,
  busyMs = BUSY_MAX_MS,
): Promise<Asked> {
  const began = now().getTime();
  for (;;) {
    const status = await readStatus(store, prefix);
    if (!status) return "unknown";
    const { state, metadata, etag } = status;
    if (state === undefined || FINAL_STATES.has(state)) return "ended";
    if (!isStateOf(status, submission)) return "ended";
    const isWhole = state === "JOB_CANCEL" && isWholeCancel(metadata);
    if (isWhole) return part ? "ended" : "asked";
    if (state === "JOB_CANCEL" && part) {
      if (now().getTime() - began >= busyMs) return "busy";
      await sleep(BUSY_PAUSE_MS);
      continue;
    }
    const asked = await writeStatus(store, prefix, "JOB_CANCEL", {
      ifMatch: etag,
      metadata: {
        ...submitterMetadata(submitter),
        ...(part ? cancelMetadata({ submission, ...part }) : { [CANCELS_METADATA]: submission }),
      },
    });
    if (asked) return "asked";
  }
}
