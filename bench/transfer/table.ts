import type { Spread } from "../statistics.ts";
import { goalsCell } from "../verdict.ts";
import { BARE, BARE_NODE, type Cell, type Course } from "./cell.ts";
import { totalOf, verdicts } from "./goals.ts";

/** Cells of one course, this project's first. */
function courses(cells: readonly Cell[]): Cell[][] {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = courseName(cell);
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()];
}

/** For example "upload of 200 × 1 MiB, TLS, 30 ms". */
export function courseName({ direction, workload, transport, latencyMs }: Course): string {
  return `${direction} of ${workload}, ${transport === "https" ? "TLS" : "HTTP"}, ${latencyMs} ms`;
}

/** S3 requests as text, such as "2,000 PutObject + 2 ListObjects". */
export function requestsText(requests: Readonly<Record<string, number>>): string {
  return Object.entries(requests)
    .toSorted(([, a], [, b]) => b - a)
    .map(([operation, count]) => `${count.toLocaleString("en")} ${operation}`)
    .join(" + ");
}

const median = ({ median }: Spread, digits: number) => median.toFixed(digits);
const range = ({ min, max }: Spread, digits: number) =>
  `${min.toFixed(digits)}–${max.toFixed(digits)}`;

/** A result's wall time ÷ that of another tool on the same course; empty where that did not run. */
export function wallRatio(course: readonly Cell[], { wallSeconds }: Cell, tool: string): string {
  const other = course.find((cell) => cell.tool === tool);
  return other ? (wallSeconds.median / other.wallSeconds.median).toFixed(2) : "";
}

/** The whole table in Markdown: a row for each course and tool. */
export function transferTable(cells: readonly Cell[]): string {
  const head = [
    "| case | tool | wall s (min–max) | CPU s | peak MB | requests | wall ÷ s5cmd | wall ÷ bare program | wall ÷ bare Node.js program | goal |",
    "|---|---|---|---|---|---|---|---|---|---|",
  ];
  const rows = courses(cells).flatMap((group) => {
    const peer = group.find(({ tool }) => tool === "s5cmd");
    return group.map((cell, at) => {
      const own = cell.tool === "cloud-submit";
      const besides = ["s5cmd", BARE, BARE_NODE].map((name) => wallRatio(group, cell, name));
      return `| ${[
        at === 0 ? courseName(cell) : "",
        cell.tool,
        `${median(cell.wallSeconds, 2)} (${range(cell.wallSeconds, 2)})`,
        median(cell.cpuSeconds, 2),
        (cell.peakMemoryBytes.median / 1e6).toFixed(0),
        totalOf(cell.requests).toLocaleString("en"),
        ...besides,
        own ? goalsCell(verdicts(cell, peer)) : "",
      ].join(" | ")} |`;
    });
  });
  return [...head, ...rows].join("\n");
}
