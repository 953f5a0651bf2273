import { setTimeout as sleep } from "node:timers/promises";
import { keyOf, RECORD_FILE, SCRIPT_FILE } from "../../protocol/objects.ts";
import { type JobRecord, parseRecord } from "../../protocol/record.ts";
import { FINAL_STATES, type State } from "../../protocol/state.ts";
import type { Job } from "./jobs.ts";
import { DEADLINE_MS, type Scene } from "./scene.ts";

/** From one look at a state to the next. */
export const WATCH_MS = 250;

/** Observations of one submission. */
export interface Submission {
  readonly kind: string;
  readonly prefix: string;
  readonly job: Job;
  /** Milliseconds since the epoch: FILE_UPLOAD was written. */
  asked: number;
  /** The final state was seen. */
  ended: number | undefined;
  state: State | undefined;
  /** Contents of the bucket at the moment when the state became final. */
  record: JobRecord | undefined;
  files: ReadonlyMap<string, Buffer | undefined>;
  injected: number;
  /** Promise that its kind's own proof has found broken. */
  broken: string | undefined;
  /** Failure of the harness itself. */
  harnessError: string | undefined;
}

/** Uploads a job without its status object. */
export async function uploadJob({ prefix, cloud }: Scene, job: Job): Promise<void> {
  await cloud.bucket.put(keyOf(prefix, SCRIPT_FILE), job.script);
  for (const [name, body] of job.inputs) await cloud.bucket.put(keyOf(prefix, name), body);
}

/** Waits until the submission is final, and reads at that very moment what is in the bucket. */
export async function watchSubmission(
  submission: Submission,
  scene: Scene,
  everyMs = WATCH_MS,
): Promise<void> {
  const { bucket } = scene.cloud;
  const { prefix, job } = submission;
  const end = submission.asked + DEADLINE_MS;
  // Polls as a client does: no event comes.
  for (; Date.now() < end; await sleep(everyMs)) {
    submission.state = (await bucket.state(prefix)) as State | undefined;
    if (!submission.state || !FINAL_STATES.has(submission.state)) continue;
    submission.ended = Date.now();
    submission.asked = scene.askedAt ?? submission.asked;
    submission.record = parseRecord(
      (await bucket.get(keyOf(prefix, RECORD_FILE)))?.toString() ?? "",
    );
    const read = [...job.expected.files.keys()].map(
      async (name) => [name, await bucket.get(keyOf(prefix, name))] as const,
    );
    submission.files = new Map(await Promise.all(read));
    return;
  }
}
