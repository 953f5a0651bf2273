import type { Say } from "../messages/say.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Line } from "./line.ts";
import type { LiveLine } from "./live-line.ts";

/** How a verb speaks to whoever called it: lines, of which no character is obeyed by a terminal (line.ts). */
export interface Ui {
  say: Say;
  /** Results are wanted as JSON. */
  json: boolean;
  /** Results, for people and pipes. */
  out(line: Line): void;
  /** Results that are bytes; returns when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** What is going on; silent with --quiet. */
  err(line: Line): void;
  /** What failed, of several things; never silent. */
  error(line: Line): void;
  /** One line that changes, on a terminal. */
  live: LiveLine;
  /** Columns of the terminal that results go to; undefined: they go to no terminal. */
  columns: number | undefined;
  interrupt: Interrupt;
  now: () => Date;
  sleep: (ms: number) => Promise<void>;
}

/** Prints a result: the object with --json, else the lines. */
export function printResult(
  ui: Pick<Ui, "json" | "out">,
  result: object,
  lines: () => readonly Line[],
): void {
  if (ui.json) ui.out(JSON.stringify(result));
  else for (const line of lines()) ui.out(line);
}
