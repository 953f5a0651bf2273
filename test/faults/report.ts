import type { Broken, Violation } from "./checks.ts";
import type { Submission } from "./submission.ts";

/** A submission with what is wrong about it. */
export interface Judged {
  readonly submission: Submission;
  readonly violations: readonly Violation[];
}

const COLUMNS: readonly Broken[] = ["lost", "doubled", "early", "left over", "wrong"];

/** A line for each kind of fault, and one for all. */
export function table(judged: readonly Judged[]): string {
  const kinds = [...new Set(judged.map(({ submission }) => submission.kind))].toSorted();
  const rows = kinds.map((kind) =>
    row(
      kind,
      judged.filter(({ submission }) => submission.kind === kind),
    ),
  );
  const head = ["kind", "submissions", "faults", ...COLUMNS, "slowest"];
  const all = [head, ...rows, row("all", judged)];
  const widths = head.map((_, column) =>
    Math.max(...all.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ");
  return all.map(line).join("\n");
}

function row(name: string, judged: readonly Judged[]): string[] {
  const broken = (what: Broken) =>
    judged.filter(({ violations }) => violations.some((each) => each.what === what)).length;
  const faults = judged.reduce((sum, { submission }) => sum + submission.injected, 0);
  const slowest = Math.max(...judged.map(({ submission }) => secondsToTruth(submission)));
  const counts = [judged.length, faults, ...COLUMNS.map(broken)].map(String);
  return [name, ...counts, `${slowest.toFixed(1)} s`];
}

/** From FILE_UPLOAD to its final state, without the time that Slurm had the job. */
function secondsToTruth({ asked, ended, record }: Submission): number {
  if (ended === undefined) return Number.POSITIVE_INFINITY;
  const [from, to] = [record?.times.submitted, record?.slurm?.endedAt];
  const own = from && to ? Math.max(0, Date.parse(to) - Date.parse(from)) : 0;
  return Math.max(0, ended - asked - own) / 1000;
}
