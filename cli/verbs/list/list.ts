import * as z from "zod";
import type { ObjectStore } from "../../../bucket/object-store.ts";
import { dependencySchema } from "../../../protocol/after.ts";
import { OUTCOMES } from "../../../protocol/outcome.ts";
import { STATES, type State } from "../../../protocol/state.ts";
import type { Context } from "../../context.ts";
import { isDenied } from "../../errors/aws-error.ts";
import { CommandError } from "../../errors/command-error.ts";
import { checkPattern, checkPrefix } from "../../jobs/check-prefix.ts";
import { type FindOptions, type FoundJob, findJobs, LOOK_MAX } from "../../jobs/find-jobs.ts";
import { type NamePattern, namePattern } from "../../jobs/job-name.ts";
import { isStateOf } from "../../jobs/read-job.ts";
import { parseSince } from "../../jobs/since.ts";
import type { Say } from "../../messages/say.ts";
import { waitsForWords } from "../../output/waits-for.ts";
import { sweepNamed } from "../../sweep/again.ts";
import { rowName } from "../../sweep/row-table.ts";
import { formatDuration } from "../../ui/duration.ts";
import type { Part } from "../../ui/line.ts";
import type { Style } from "../../ui/style.ts";
import { tableLines } from "../../ui/table.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { listVerb } from "./description.ts";

/** Output of `list --json` for each job. */
export const listOutput = z.object({
  prefix: z.string(),
  state: z.enum(STATES).nullable(),
  since: z.iso.datetime().nullable().describe("when this state was written"),
  outcome: z.enum(OUTCOMES).nullable().describe("null: it has not ended"),
  slurmJobId: z.string().nullable(),
  waitsFor: z
    .array(dependencySchema)
    .nullable()
    .describe("the jobs that have to end before it begins; null: none"),
  requestedAt: z.iso.datetime().nullable(),
  seconds: z
    .number()
    .nonnegative()
    .nullable()
    .describe("from the request to the end, or until now; null: not known"),
});
export type ListedJob = z.infer<typeof listOutput>;

/** `list [PATTERN]`: the newest jobs of the bucket. */
export async function list(
  context: Context,
  pattern: string | undefined,
  flags: FlagsOf<typeof listVerb>,
): Promise<void> {
  const { store, say, json, columns } = context;
  const now = context.now();
  const { limit } = flags;
  if (pattern !== undefined) checkPattern(pattern);
  const found = await findJobs(store, {
    ...(flags.sweep === undefined
      ? { names: namePattern(pattern) }
      : await jobsOfSweep(store, flags.sweep, namePattern(pattern))),
    state: stateOf(flags.state),
    since: flags.since === undefined ? undefined : parseSince(flags.since, now),
    limit,
  }).catch((error: unknown) => {
    if (!isDenied(error) || pattern !== undefined) throw error;
    throw new CommandError("aws", (told) => told("list.denied"), { cause: error });
  });
  const jobs = found.jobs.map((job) => asJson(job, now));
  if (json) for (const job of jobs) context.out(JSON.stringify(job));
  else if (jobs.length > 0) {
    const head = ["PREFIX", "STATE", "OUTCOME", "SLURM", "AGE", "DURATION"];
    for (const line of tableLines(
      head,
      jobs.map((job) => row(say, job, now)),
      { columns },
    ))
      context.out(line);
  } else context.err(say("list.none"));
  if (found.left > 0 && jobs.length < limit)
    context.err(say("list.lookedAt", { count: LOOK_MAX, left: found.left }));
  else if (found.left > 0) context.err(say("list.more", { left: found.left }));
  if (found.undated > 0) context.err(say("list.undated", { count: found.undated }));
}

/** Which jobs are a sweep's, as far as they fit a pattern: by name, and by submission. */
async function jobsOfSweep(
  store: ObjectStore,
  name: string,
  { fits }: NamePattern,
): Promise<Pick<FindOptions, "names" | "isWanted">> {
  checkPrefix(name);
  const sweep = await sweepNamed(store, name);
  const jobs = new Map(
    sweep.rows.map((_, at) => [
      rowName(name, sweep, at + 1),
      sweep.kind === "array" ? sweep.submission : sweep.submissions[at],
    ]),
  );
  return {
    names: { start: name, fits: (job) => jobs.has(job) && fits(job) },
    isWanted: (job, status) => isStateOf(status, jobs.get(job)),
  };
}

function stateOf(text: string | undefined): State | undefined {
  if (text === undefined) return undefined;
  const state = STATES.find((one) => one === text.toUpperCase());
  if (state === undefined)
    throw new CommandError("usage", (say) =>
      say("problem.oneOf", {
        what: `--state ${JSON.stringify(text)}`,
        choices: STATES.join(", "),
      }),
    );
  return state;
}

function asJson({ prefix, status, record }: FoundJob, now: Date): ListedJob {
  const { lastModified: since, state } = status;
  const requested = record?.times.requested;
  const ended = record?.times.ended ?? record?.times.final;
  const end = record?.outcome === undefined ? now : new Date(ended ?? since ?? now);
  return {
    prefix,
    state: state ?? null,
    since: since?.toISOString() ?? null,
    outcome: record?.outcome ?? null,
    slurmJobId: record?.slurm?.jobId ?? null,
    waitsFor: record?.waitsFor ?? null,
    requestedAt: requested ?? null,
    seconds:
      requested === undefined
        ? null
        : Math.max(0, Math.round((end.getTime() - Date.parse(requested)) / 1000)),
  };
}

function row(say: Say, job: ListedJob, now: Date): Part[] {
  const { prefix, state, outcome, slurmJobId, waitsFor, requestedAt, since, seconds } = job;
  const waits = waitsFor ? say("wait.waitsFor", { jobs: waitsForWords(waitsFor, 1) }) : "";
  const from = requestedAt ?? since;
  const age = from === null ? "" : formatDuration(now.getTime() - Date.parse(from));
  return [
    { text: prefix },
    { text: state ?? "?" },
    { text: outcome ?? waits, tone: toneOf(outcome) },
    { text: slurmJobId ?? "" },
    { text: age },
    { text: seconds === null ? "" : formatDuration(seconds * 1000) },
  ];
}

function toneOf(outcome: ListedJob["outcome"]): keyof Style | undefined {
  if (outcome === null) return undefined;
  if (outcome === "completed") return "good";
  return outcome === "cancelled" ? "warn" : "bad";
}

export const work: VerbWork<typeof listVerb> = {
  output: listOutput,
  run: async ({ jobs }, { pattern }, flags) => list(await jobs(), pattern, flags),
};
