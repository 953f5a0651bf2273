import type { Say } from "../messages/say.ts";
import type { Interrupt } from "./interrupt.ts";
import type { LiveLine } from "./live-line.ts";
import type { Style } from "./style.ts";

/** A verb's interface to the user. */
export interface Ui {
  say: Say;
  /** Results are wanted as JSON. */
  json: boolean;
  /** Results, for people and pipes. */
  out(line: string): void;
  /** Results that are bytes; returns when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Information for people; silent with --quiet. */
  err(line: string): void;
  /** Failure of one of several things; never silent. */
  error(line: string): void;
  /** One line that changes, on a terminal. */
  live: LiveLine;
  /** Columns of the terminal that results go to; undefined: they go to no terminal. */
  columns: number | undefined;
  /** Emphasis in results. */
  style: Style;
  interrupt: Interrupt;
  now: () => Date;
  sleep: (ms: number) => Promise<void>;
}

/** Prints a result: the object with --json, else the lines. */
export function printResult(
  ui: Pick<Ui, "json" | "out">,
  result: object,
  lines: () => readonly string[],
): void {
  if (ui.json) ui.out(JSON.stringify(result));
  else for (const line of lines()) ui.out(line);
}
