import getWidth from "fast-string-width";
import * as z from "zod";
import { jobRecordSchema } from "../../../protocol/record.ts";
import { STATES } from "../../../protocol/state.ts";
import type { Context } from "../../context.ts";
import { wordsOf } from "../../errors/command-error.ts";
import { AskAgain, askedLine } from "../../jobs/ask-again.ts";
import { eachJob, JOBS_AT_ONCE } from "../../jobs/each-job.ts";
import { readJob } from "../../jobs/read-job.ts";
import type { Say } from "../../messages/say.ts";
import { incompleteTasks, taskCountsLine } from "../../output/array-tasks.ts";
import type { JobView } from "../../output/explain.ts";
import { formatBytes } from "../../output/format.ts";
import { notesOf, reasonWords } from "../../output/reason-words.ts";
import { shownPath } from "../../output/shown-path.ts";
import { waitsForWords } from "../../output/waits-for.ts";
import { printResult } from "../../ui/ui.ts";
import { padTo } from "../../ui/width.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { statusVerb } from "./description.ts";

/** Output of `status --json` for each job. */
export const statusOutput = z.object({
  prefix: z.string(),
  state: z
    .enum(STATES)
    .nullable()
    .describe("null: the status object holds none of the known words"),
  since: z.iso.datetime().nullable().describe("when this state was written"),
  record: jobRecordSchema.nullable().describe("the job record; null: there is none yet"),
  askedAgain: z
    .literal(true)
    .optional()
    .describe("the request had no answer for 2 minutes, and was written once more just now"),
  explanation: z
    .array(z.string())
    .optional()
    .describe("with --explain: sentences in the user's language"),
});

/**
 * `status PREFIX...`: of each job what the bucket says, in the order of the names.
 *
 * @returns the exit code: the worst of all
 */
export async function statusOfAll(
  context: Context,
  prefixes: readonly string[],
  flags: FlagsOf<typeof statusVerb>,
): Promise<number> {
  const jobs = [...new Set(prefixes)];
  return eachJob(context, jobs, JOBS_AT_ONCE, async (own, prefix) => {
    let isFirst = prefix === jobs[0] || own.json;
    const out: Context["out"] = (line) => {
      if (!isFirst) own.out("");
      isFirst = true;
      own.out(line);
    };
    await status({ ...own, out }, prefix, flags);
  });
}

/** Of one job, what the bucket says of a job; with `explain` also what that means. Asks once more for one without an answer. */
export async function status(
  context: Context,
  prefix: string,
  flags: FlagsOf<typeof statusVerb>,
): Promise<void> {
  const { store, say } = context;
  const { status: found, record } = await readJob(store, prefix);
  const { state, lastModified: since } = found;
  const view: JobView = { prefix, state, since, record };
  const explanation = flags.explain ? await explained(context, view) : undefined;
  const again = new AskAgain(store, prefix, () => context.now().getTime());
  // The agent has it in hand, and it waits for others.
  const asked = record?.waitsFor && !record.outcome ? undefined : await again.ask(found);
  if (asked) context.err(askedLine(say, asked));
  const result = {
    prefix,
    state: state ?? null,
    since: since?.toISOString() ?? null,
    record: view.record ?? null,
    ...(asked?.how === "written" && { askedAgain: true }),
    ...(explanation && { explanation }),
  };
  printResult(context, result, () => {
    const rows = describe(say, view);
    const width = Math.max(10, ...rows.map(([name]) => getWidth(name)));
    return [
      ...rows.map(([name, value]) => `${padTo(name, width)} ${value}`),
      ...(explanation ? ["", ...explanation] : []),
    ];
  });
}

/** Loaded for those who ask for it only. */
async function explained(context: Context, view: JobView): Promise<string[]> {
  const { explain } = await import("../../output/explain.ts");
  return explain(context, view);
}

function describe(say: Say, { prefix, state, record }: JobView): [string, string][] {
  const rows: [string, string][] = [
    [say("status.prefix"), prefix],
    [say("status.state"), state ?? say("status.unknown")],
  ];
  if (state === "FILE_UPLOAD") {
    const others = record?.waitsFor && waitsForWords(record.waitsFor);
    return [...rows, [say("status.waitsFor"), others ?? say("status.headNode")]];
  }
  if (!record) return rows;
  const { slurm, outcome, error, stageIn, stageOut, times } = record;
  const carried = ({ files, bytes }: { files: number; bytes: number }) =>
    say("status.carried", { files, bytes: formatBytes(bytes) });
  if (outcome) rows.push([say("status.outcome"), outcome]);
  if (error) {
    const [first = "", ...more] = wordsOf(say, error).split("\n");
    rows.push([say("status.reason"), `${first} (${error.code})`]);
    for (const line of more) rows.push(["", line]);
  }
  if (slurm) {
    const reason = slurm.reason === undefined ? undefined : `(${slurm.reason})`;
    rows.push([say("status.slurm"), [slurm.jobId, slurm.state, reason].filter(Boolean).join(" ")]);
  }
  if (slurm?.exitCode !== undefined)
    rows.push([
      say("status.exitCode"),
      `${slurm.exitCode}${slurm.signal ? `, ${say("job.signal", { signal: slurm.signal })}` : ""}`,
    ]);
  if (slurm?.tasks) {
    rows.push([say("status.tasks"), taskCountsLine(say, slurm.tasks)]);
    for (const line of incompleteTasks(say, slurm.tasks)) rows.push(["", line]);
  }
  if (slurm?.nodeReason && outcome === undefined)
    rows.push([say("status.nodeReason"), slurm.nodeReason]);
  if (slurm?.nodes) rows.push([say("status.nodes"), slurm.nodes]);
  if (slurm?.restarts) rows.push([say("status.restarts"), String(slurm.restarts)]);
  if (record.sbatchOptions?.length)
    rows.push([say("status.sbatch"), record.sbatchOptions.join(" ")]);
  if (stageIn) rows.push([say("status.stageIn"), carried(stageIn)]);
  if (stageOut) rows.push([say("status.stageOut"), carried(stageOut)]);
  const { notChosen } = stageOut ?? {};
  if (notChosen && notChosen.files > 0) rows.push([say("status.notChosen"), carried(notChosen)]);
  for (const left of [...(stageIn?.skipped ?? []), ...(stageOut?.skipped ?? [])])
    rows.push([say("status.leftOut"), `${shownPath(left.path)}: ${reasonWords(say, left)}`]);
  for (const note of notesOf(say, record)) rows.push([say("status.note"), note]);
  for (const [name, time] of Object.entries(times)) if (time) rows.push([name, time]);
  return rows;
}

export const work: VerbWork<typeof statusVerb> = {
  output: statusOutput,
  run: async ({ jobs }, { prefix }, flags) => statusOfAll(await jobs(), prefix, flags),
};
