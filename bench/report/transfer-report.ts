import type { Cell, RunName, TransferResults } from "../transfer/cell.ts";
import { courseName, transferTable } from "../transfer/table.ts";
import { table } from "./markdown.ts";
import { type Plot, plot } from "./plot.ts";
import { transferVerdicts } from "./transfer-verdicts.ts";

/** The blocks about transfers. */
export function transferBlocks(results: TransferResults): Record<string, string> {
  const { tools, cells } = results;
  return {
    "transfer-setting": [
      `${runName(results)}. Median of ${runsOf(cells)} runs each, after one warm-up run.${keptFrom(cells)}`,
      "",
      table(
        ["tool", "version", "settings"],
        tools.map(({ name, version, setting }) => [name, version, setting]),
      ),
    ].join("\n"),
    "transfer-verdicts": transferVerdicts(cells),
    "transfer-table": transferTable(cells),
  };
}

const runName = ({ date, commit, machine }: RunName) => `${date}, commit ${commit}, on ${machine}`;

/** "5", or "1 to 5". */
function runsOf(cells: readonly Cell[]): string {
  const runs = cells.map(({ wallSeconds }) => wallSeconds.runs);
  const [least, most] = [Math.min(...runs), Math.max(...runs)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** Which results are of other runs; nothing where none is. */
function keptFrom(cells: readonly Cell[]): string {
  const names = cells.flatMap(({ of }) => (of ? [runName(of)] : []));
  return [...new Set(names)]
    .map((name) => {
      const count = names.filter((other) => other === name).length;
      return ` ${count} of the ${cells.length} results are of another run: ${name}.`;
    })
    .join("");
}

/** The plots about transfers, by file name. */
export function transferPlots({ cells, tools }: TransferResults): Record<string, string> {
  const near = cells.filter(({ transport, latencyMs }) => transport === "http" && latencyMs === 0);
  const far = cells.filter(({ transport, latencyMs }) => transport === "https" && latencyMs > 0);
  return {
    "transfer-near.svg": ratios("Wall time ÷ s5cmd, HTTP, no latency", near, tools),
    "transfer-far.svg": ratios("Wall time ÷ s5cmd, TLS, 30 ms per request", far, tools),
  };
}

function ratios(title: string, cells: readonly Cell[], tools: TransferResults["tools"]): string {
  const courses = [...new Set(cells.map((cell) => courseName(cell)))];
  const wall = (course: string, tool: string) =>
    cells.find((cell) => courseName(cell) === course && cell.tool === tool)?.wallSeconds.median;
  const drawn: Plot = {
    title,
    kind: "bar",
    horizontal: true,
    height: 520,
    categories: courses.map((course) => course.split(",")[0] ?? course).map(withThousands(courses)),
    x: "",
    y: "wall time ÷ s5cmd's (lower is better)",
    series: tools.map(({ name }) => ({
      name,
      data: courses.map((course) => {
        const [own, peer] = [wall(course, name), wall(course, "s5cmd")];
        return own === undefined || peer === undefined ? null : Number((own / peer).toFixed(3));
      }),
    })),
  };
  return plot(drawn);
}

/** "upload of 2,000 × 4 KiB, HTTP, 0 ms" without what the title says. */
function withThousands(courses: readonly string[]) {
  return (_: string, at: number) => (courses[at] ?? "").replace(/, (HTTP|TLS), \d+ ms$/, "");
}
