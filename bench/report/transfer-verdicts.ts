import { type Goal, isMissed } from "../goal.ts";
import { BARE, BARE_NODE, type Cell } from "../transfer/cell.ts";
import { verdicts, WALL_GOAL } from "../transfer/goals.ts";
import { wallRatio } from "../transfer/table.ts";
import { verdict } from "../verdict.ts";
import { table } from "./markdown.ts";

/** "upload of 2,000 × 4 KiB": a course whatever lies between the two ends. */
const work = ({ direction, workload }: Cell) => `${direction} of ${workload}`;
/** "TLS, 30 ms": what lies between the two ends. */
const line = ({ transport, latencyMs }: Cell) =>
  `${transport === "https" ? "TLS" : "HTTP"}, ${latencyMs} ms`;

/** One row for what is carried: wall time ÷ s5cmd's, and ÷ the bare programs', on each line; and all goals. */
export function transferVerdicts(cells: readonly Cell[]): string {
  const own = cells.filter(({ tool }) => tool === "cloud-submit");
  const lines = [...new Set(own.map(line))];
  const rows = [...new Set(own.map(work))].map((what) => {
    const results = lines.map((name) => {
      const course = cells.filter((cell) => work(cell) === what && line(cell) === name);
      const at = (tool: string) => course.find((cell) => cell.tool === tool);
      const cell = at("cloud-submit");
      return cell ? { goals: verdicts(cell, at("s5cmd")), limit: limits(course, cell) } : undefined;
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

/** Beside the bare programs, as far as they ran. */
function limits(course: readonly Cell[], cell: Cell): string {
  const told = Object.entries({ [BARE]: "bare", [BARE_NODE]: "bare Node.js" }).flatMap(
    ([tool, name]) => {
      const ratio = wallRatio(course, cell, tool);
      return ratio === "" ? [] : [`${ratio} × ${name}`];
    },
  );
  return told.length > 0 ? ` (${told.join(", ")})` : "";
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
