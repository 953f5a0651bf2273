import type { Context } from "../../context.ts";
import type { Say } from "../../messages/say.ts";
import { waitsForWords } from "../../output/waits-for.ts";
import { formatDuration } from "../../ui/duration.ts";
import type { Line, Part } from "../../ui/line.ts";
import type { Style } from "../../ui/style.ts";
import { tableLines } from "../../ui/table.ts";
import type { ListedJob } from "./listed-job.ts";

const HEAD = [
  "PREFIX",
  "STATE",
  "OUTCOME",
  "SLURM",
  "AGE",
  "DURATION",
  "NAME",
  "PARTITION",
  "OWNER",
];
/** The last columns, which are left out where there is no room for them. */
const OPTIONAL = 3;

/** Lines of a table of jobs. */
export function listTable(
  { say, columns }: Pick<Context, "say" | "columns">,
  jobs: readonly ListedJob[],
  now: Date,
): Line[] {
  const rows = jobs.map((job) => listRow(say, job, now));
  return tableLines(HEAD, rows, { columns, optional: OPTIONAL });
}

/** A job's row. */
export function listRow(say: Say, job: ListedJob, now: Date): Part[] {
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
    { text: job.name ?? "" },
    { text: job.partition ?? "" },
    { text: job.owner ?? "" },
  ];
}

function toneOf(outcome: ListedJob["outcome"]): keyof Style | undefined {
  if (outcome === null) return undefined;
  if (outcome === "completed") return "good";
  return outcome === "cancelled" ? "warn" : "bad";
}
