import type { Cell } from "../transfer/cell.ts";
import { verdicts } from "../transfer/goals.ts";
import { table } from "./markdown.ts";

/** "upload of 2,000 × 4 KiB": a course whatever lies between the two ends. */
const work = ({ direction, workload }: Cell) => `${direction} of ${workload}`;
/** "TLS, 30 ms": what lies between the two ends. */
const line = ({ transport, latencyMs }: Cell) =>
  `${transport === "https" ? "TLS" : "HTTP"}, ${latencyMs} ms`;

/** One row for what is carried: wall time ÷ s5cmd's on each line, and what was not reached. */
export function transferVerdicts(cells: readonly Cell[]): string {
  const own = cells.filter(({ tool }) => tool === "cloud-submit");
  const lines = [...new Set(own.map(line))];
  const rows = [...new Set(own.map(work))].map((what) => {
    const results = lines.map((name) => {
      const at = (tool: string) =>
        cells.find((cell) => cell.tool === tool && work(cell) === what && line(cell) === name);
      const cell = at("cloud-submit");
      return cell ? verdicts(cell, at("s5cmd")) : [];
    });
    const wall = results.map((each) => each.find(({ what: name }) => name === "wall ÷ s5cmd"));
    const missed = results.flat().filter(({ reached }) => !reached);
    const names = [...new Set(missed.map(({ what: name }) => name))].map((name) => {
      const times = missed.filter((each) => each.what === name).length;
      return `**missed**: ${name}, on ${times} of ${results.length} lines`;
    });
    const goal = wall.find((each) => each !== undefined)?.goal ?? "";
    return [
      what,
      ...wall.map((each) => each?.found ?? ""),
      goal,
      names.length === 0 ? "reached" : names.join("; "),
    ];
  });
  return table(["wall ÷ s5cmd", ...lines, "goal", "all goals"], rows);
}
