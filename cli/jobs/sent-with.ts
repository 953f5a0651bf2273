import { readClosing } from "../../bucket/job-objects/closing.ts";
import { readPresentManifest } from "../../bucket/job-objects/manifest.ts";
import type { ObjectEntry, ObjectStore } from "../../bucket/object-store.ts";
import type { From, Inputs } from "../../protocol/manifest.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import type { Job } from "./read-job.ts";

/** Objects that a job was sent with. */
interface Sent {
  /** Before it was asked for; undefined: it is not known. */
  inputs?: Inputs | undefined;
  /** Since then, by path. */
  late: Inputs;
  /** Results of other jobs among them. */
  from: readonly From[];
}

/** Reads what a job was sent with: one request, or two. */
export async function sentFor(store: ObjectStore, prefix: string, { record }: Job): Promise<Sent> {
  const manifest = await readPresentManifest(store, prefix);
  // No other submission has a closing object.
  const closing =
    manifest?.origins &&
    record &&
    (await readClosing(store, { prefix, submission: record.submission }));
  return {
    inputs: manifest?.inputs,
    late: new Map(closing?.inputs.map((input) => [input.path, input])),
    from: manifest?.from ?? [],
  };
}

/**
 * Whether an object is one that the agent wrote for the job: a listing does not show who wrote it, but when. Results are
 * newer than the request, and no newer than the final state; all three by S3's clock, in whole seconds. Within the second of the
 * request, the manifest tells the inputs.
 */
export async function resultsOf(
  store: ObjectStore,
  prefix: string,
  job: Job,
): Promise<(path: string, entry: ObjectEntry) => boolean> {
  const { status, record } = job;
  const { inputs, late } = await sentFor(store, prefix, job);
  const from = seconds(record?.times.requested);
  const isFinal = status.state !== undefined && FINAL_STATES.has(status.state);
  const to = isFinal ? seconds(status.lastModified) : undefined;
  return (path: string, { etag, lastModified }: ObjectEntry): boolean => {
    // Without a record of this submission there are no results of it.
    if (!record) return false;
    const at = seconds(lastModified);
    if (at !== undefined && to !== undefined && at > to) return false;
    if (late.get(path)?.etag === etag) return false;
    if (at !== undefined && from !== undefined && at !== from) return at > from;
    const input = inputs?.get(path);
    return inputs !== undefined && (input?.etag !== etag || input.source !== undefined);
  };
}

function seconds(time: Date | string | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(new Date(time).getTime() / 1000);
}
