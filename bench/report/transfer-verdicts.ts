import { type Goal, isMissed } from "../goal.ts";
import { BARE, type Cell } from "../transfer/cell.ts";
import { verdicts, WALL_GOAL } from "../transfer/goals.ts";
import { verdict } from "../verdict.ts";
import { table } from "./markdown.ts";

/** "upload of 2,000 × 4 KiB": a course whatever lies between the two ends. */
const work = ({ direction, workload }: Cell) => `${direction} of ${workload}`;
/** "TLS, 30 ms": what lies between the two ends. */
const line = ({ transport, latencyMs }: Cell) =>
  `${transport === "https" ? "TLS" : "HTTP"}, ${latencyMs} ms`;

/** One row for what is carried: wall time ÷ s5cmd's, and ÷ the bare program's, on each line; and all goals. */
export function transferVerdicts(cells: readonly Cell[]): string {
  const own = cells.filter(({ tool }) => tool === "cloud-submit");
  const lines = [...new Set(own.map(line))];
  const rows = [...new Set(own.map(work))].map((what) => {
    const results = lines.map((name) => {
      const at = (tool: string) =>
        cells.find((cell) => cell.tool === tool && work(cell) === what && line(cell) === name);
      const cell = at("cloud-submit");
      return cell
        ? { goals: verdicts(cell, at("s5cmd")), limit: beside(cell, at(BARE)) }
        : undefined;
    });
    const all = results.flatMap((each) => each?.goals ?? []);
    const walls = results.map((each) => each?.goals.find(({ what: name }) => name === WALL_GOAL));
    return [
      what,
      ...results.map((each, at) => `${walls[at]?.found ?? ""}${each?.limit ?? ""}`),
      walls.find((each) => each !== undefined)?.goal ?? "",
      inShort(all),
    ];
  });
  return table([WALL_GOAL, ...lines, "goal", "all goals"], rows);
}

function beside({ wallSeconds }: Cell, bare: Cell | undefined): string {
  return bare ? ` (${(wallSeconds.median / bare.wallSeconds.median).toFixed(2)} × bare)` : "";
}

/** The goals that are not reached, by name, each with the number of its cases; "reached" when all are. */
function inShort(goals: readonly Goal[]): string {
  if (goals.every(({ reached }) => reached)) return "reached";
  const told = [...new Set(goals.map(({ what }) => what))].flatMap((name) => {
    const cases = goals.filter(({ what }) => what === name);
    const open = cases.find(({ notJudged }) => notJudged !== undefined);
    const missed = cases.filter(isMissed);
    return [
      ...missed
        .slice(0, 1)
        .map((goal) => `${verdict(goal)}: ${name}, in ${missed.length} of ${cases.length} cases`),
      ...(open ? [`${name} ${verdict(open)}`] : []),
    ];
  });
  return told.join("; ");
}
