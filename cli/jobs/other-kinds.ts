import { lookAtDataset } from "../../bucket/job-objects/dataset.ts";
import { isSweep } from "../../bucket/job-objects/is-sweep.ts";
import { untoldIsNone } from "../../bucket/job-objects/untold.ts";
import type { ObjectEntry } from "../../bucket/object-store.ts";
import { DATASET_FILE, keyOf, SWEEP_FILE } from "../../protocol/objects.ts";
import type { Context } from "../context.ts";
import { CommandError } from "../errors/command-error.ts";
import { commandLine } from "../output/command-line.ts";
import { sweepVerb } from "../verbs/sweep/description.ts";

/** Names of the bucket that are no job's: each has its object at the top. */
export type OtherKind = "dataset" | "sweep";

const FILES = { dataset: DATASET_FILE, sweep: SWEEP_FILE } as const;

/** Entries of a listing that are held back at most until the objects of other kinds would have come. */
const HELD_MAX = 1000;

type Asking = Pick<Context, "store" | "given">;

/**
 * Refuses a name of another kind for a job: one request for each kind.
 *
 * @throws CloudSubmitError `usage`
 */
export async function refuseOthers(
  context: Asking,
  prefix: string,
  kinds: readonly OtherKind[],
): Promise<void> {
  const { store } = context;
  const look = { dataset: lookAtDataset, sweep: isSweep };
  await Promise.all(
    kinds.map(async (kind) => {
      if (await look[kind](store, prefix).catch(untoldIsNone)) throw isOther(context, prefix, kind);
    }),
  );
}

/**
 * The same by a listing of the prefix that is made anyway, before any of it is passed on. Where S3 does not list, or much
 * comes before, it costs the requests.
 *
 * @throws CloudSubmitError `usage`, or what the listing throws
 */
export async function* unlessOthers(
  context: Asking,
  prefix: string,
  kinds: readonly OtherKind[],
  batches: AsyncIterable<readonly ObjectEntry[]>,
): AsyncGenerator<readonly ObjectEntry[]> {
  const keys = new Map(kinds.map((kind) => [keyOf(prefix, FILES[kind]), kind]));
  const last = [...keys.keys()].toSorted().at(-1) ?? "";
  const held: ObjectEntry[] = [];
  let isPast = false;
  try {
    for await (const batch of batches) {
      for (const object of batch) {
        const kind = keys.get(object.key);
        if (kind) throw isOther(context, prefix, kind);
        isPast ||= object.key > last;
        held.push(object);
        if (isPast || held.length < HELD_MAX) continue;
        await refuseOthers(context, prefix, kinds);
        isPast = true;
      }
      if (isPast) yield held.splice(0);
    }
  } catch (error) {
    if (!isPast && held.length === 0 && !(error instanceof CommandError))
      await refuseOthers(context, prefix, kinds);
    throw error;
  }
  if (held.length > 0) yield held;
}

function isOther({ given }: Asking, prefix: string, kind: OtherKind): CommandError {
  if (kind === "dataset")
    return new CommandError("usage", (say) => say("data.isDataset", { prefix }));
  const command = commandLine(given, sweepVerb, { path: prefix }, { onlyFailed: true });
  return new CommandError("usage", (say) => say("sweep.isSweep", { prefix, command }));
}
