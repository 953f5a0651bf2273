import * as z from "zod";
import { mapBounded } from "../../bucket/flow/each-bounded.ts";
import { inOrder } from "../../bucket/flow/in-order.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import type { JobRemoval } from "../../bucket/tidy/job-removal.ts";
import { type Measured, measureJob } from "../../bucket/tidy/measure-job.ts";
import { removeJob } from "../../bucket/tidy/remove-job.ts";
import type { Inputs } from "../../protocol/manifest.ts";
import { endedAt } from "../../protocol/removal.ts";
import type { Context } from "../context.ts";
import { awsError } from "../errors/aws-error.ts";
import { CommandError, wordsOf } from "../errors/command-error.ts";
import { EXIT } from "../errors/exit-code.ts";
import { formatBytes } from "../output/format.ts";
import { noteRemovals } from "../sweep/open-rows.ts";
import type { AskYes } from "../ui/ask-yes.ts";
import { formatDuration } from "../ui/duration.ts";
import { tableLines } from "../ui/table.ts";
import { bucketNow } from "./bucket-clock.ts";

/** Jobs measured or removed at a time: no more, as one request removes up to a thousand objects. */
const AT_ONCE = 8;

/** A job's fate. */
const RESULTS = [
  "removed",
  "listed",
  "changed",
  "remains",
  "stopped",
  "active",
  "no-job",
  "data-set",
] as const;

/** Output of `rm --json` and `prune --json` for each job. */
export const removalOutput = z.object({
  prefix: z.string(),
  result: z
    .enum(RESULTS)
    .describe(
      "listed: with --dry-run; changed: written by another client meanwhile; remains: some objects stay; active (a sweep: a row of it), no-job, data-set: nothing was removed",
    ),
  objects: z
    .int()
    .nonnegative()
    .describe("versions and delete markers that were removed; with listed, that would be"),
  bytes: z.int().nonnegative(),
  remain: z
    .int()
    .nonnegative()
    .describe(
      "objects that stay: S3 does not remove them, or they were written in the last 10 minutes",
    ),
  versionsRemain: z
    .boolean()
    .describe("earlier versions stay: there is no right to list or remove them"),
});
export type ListedRemoval = z.infer<typeof removalOutput>;

/** A job that may go. */
export interface Goner {
  prefix: string;
  /** undefined: there is none, but other objects. */
  status: StatusObject | undefined;
  /** Only these of it. */
  inputs?: Inputs | undefined;
}

/** How much is asked before a removal. */
export interface RemovalFlags {
  yes?: boolean | undefined;
  dryRun?: boolean | undefined;
}

/**
 * Shows what is to go, asks, and removes jobs, some at a time.
 *
 * @param ask undefined: there is nobody to ask
 * @returns the exit code: 6 when something stays
 * @throws CloudSubmitError `usage` when nobody can be asked
 */
export async function removeJobs(
  context: Context,
  goners: readonly Goner[],
  { yes, dryRun }: RemovalFlags,
  ask: AskYes | undefined,
): Promise<number> {
  const { store, say, json } = context;
  const sized = await mapBounded(goners, AT_ONCE, async (goner) => ({
    ...goner,
    measured: await measureJob(store, goner.prefix, goner.inputs),
  }));
  // Of a job that keeps its results, the inputs may have gone before.
  const jobs = sized.filter(({ inputs, measured }) => !inputs || measured.objects > 0);
  if (jobs.length === 0) return EXIT.ok;
  if (dryRun && json)
    for (const { prefix, measured } of jobs)
      tell(context, { prefix, result: "listed", ...measured });
  if (!json) show(context, jobs, bucketNow(context));
  if (dryRun) return EXIT.ok;
  if (!yes) {
    const objects = jobs.reduce((sum, { measured }) => sum + measured.objects, 0);
    if (!ask) throw new CommandError("usage", (told) => told("problem.needsYes", { objects }));
    if (!(await ask(say("rm.ask")))) {
      context.err(say("rm.nothing"));
      return EXIT.ok;
    }
  }
  const gone = jobs.filter(({ inputs }) => !inputs).map(({ prefix }) => prefix);
  await noteRemovals(store, gone, (name, error) =>
    context.err(say("rm.notNoted", { name, why: wordsOf(say, awsError(error)) })),
  );
  let isAllGone = true;
  const remove = async ({ prefix, status, inputs }: Goner) => {
    const nonce = context.random().replaceAll(/[^A-Za-z0-9]/g, "") + context.now().getTime();
    return removeJob(store, prefix, status, { nonce, inputs });
  };
  await inOrder(jobs, AT_ONCE, remove, (removal, { prefix }) => {
    isAllGone &&= removal.end === "removed";
    report(context, prefix, removal);
  });
  return isAllGone ? EXIT.ok : EXIT.transfer;
}

/** Prints one job's line of --json. */
export function tell(
  { out }: Pick<Context, "out">,
  line: Pick<ListedRemoval, "prefix" | "result"> & Partial<ListedRemoval>,
): void {
  const none = { objects: 0, bytes: 0, remain: 0, versionsRemain: false };
  out(JSON.stringify({ ...none, ...line } satisfies ListedRemoval));
}

function show(
  ui: Pick<Context, "say" | "columns" | "out">,
  jobs: readonly (Goner & { measured: Measured })[],
  now: Date,
): void {
  const rows = jobs.map(({ prefix, status, measured: { objects, bytes } }) => [
    { text: prefix },
    { text: status ? ageOf(status, now) : "" },
    { text: String(objects) },
    { text: formatBytes(bytes) },
  ]);
  for (const line of tableLines(["PREFIX", "AGE", "OBJECTS", "SIZE"], rows, {
    columns: ui.columns,
  }))
    ui.out(line);
  const sum = (of: (measured: Measured) => number) =>
    jobs.reduce((total, { measured }) => total + of(measured), 0);
  const objects = sum((one) => one.objects);
  const bytes = formatBytes(sum((one) => one.bytes));
  ui.out(ui.say("rm.plan", { jobs: jobs.length, objects, bytes }));
}

/** How long ago a job has ended. */
function ageOf(status: StatusObject, now: Date): string {
  const ended = endedAt(status);
  return ended ? formatDuration(now.getTime() - ended.getTime()) : "";
}

function report(context: Context, prefix: string, removal: JobRemoval): void {
  const { say, json } = context;
  const { end, objects, bytes, young, youngFor, refused, leavesVersions } = removal;
  const remain = young + (refused?.count ?? 0);
  if (json)
    tell(context, { prefix, result: end, objects, bytes, remain, versionsRemain: leavesVersions });
  else if (end === "removed" || objects > 0)
    context.out(say("rm.done", { prefix, objects, bytes: formatBytes(bytes) }));
  if (end === "changed") context.error(say("rm.changed", { prefix }));
  const minutes = Math.max(1, Math.ceil(youngFor / 60_000));
  if (young > 0) context.error(say("rm.young", { prefix, count: young, minutes }));
  if (refused) context.error(say("rm.refused", { prefix, ...refused }));
  if (leavesVersions) context.error(say("rm.versions", { prefix }));
}
