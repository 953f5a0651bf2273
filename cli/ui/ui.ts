import type { State } from "../../protocol/state.ts";
import type { GlobalFlags } from "../global-flags.ts";
import type { Say } from "../messages/say.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Line } from "./line.ts";
import type { LiveLine } from "./live-line.ts";

/** A verb's interface to the user: lines, of which a terminal obeys no character (line.ts). */
export interface Ui {
  say: Say;
  /** Flags of every verb, as they were given: for commands that are shown. */
  given: GlobalFlags;
  /** Results are wanted as JSON. */
  json: boolean;
  /** Results, for people and pipes. */
  out(line: Line): void;
  /** Results that are bytes; returns when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Information for people; silent with --quiet. */
  err(line: Line): void;
  /** Failure of one of several things; never silent. */
  error(line: Line): void;
  /** One line that changes, on a terminal. */
  live: LiveLine;
  /** Tells a program how far something is; undefined: none has asked. */
  report?: ((progress: Reported) => void) | undefined;
  /** Columns of the terminal that results go to; undefined: they go to no terminal. */
  columns: number | undefined;
  /** Writes lines over those that it wrote last; undefined: results go to no terminal that could. */
  redraw?: ((lines: readonly Line[]) => void) | undefined;
  interrupt: Interrupt;
  now: () => Date;
  sleep: (ms: number) => Promise<void>;
}

/** How far a transfer or a job is: a line of --progress. */
export type Reported =
  | {
      progress: "upload" | "fetch";
      files: number;
      bytes: number;
      /** undefined: not known yet */
      total?: { files: number; bytes: number } | undefined;
    }
  | { progress: "job"; prefix: string; state: State };

/** Prints a result: the object with --json, else the lines. */
export function printResult(
  ui: Pick<Ui, "json" | "out">,
  result: object,
  lines: () => readonly Line[],
): void {
  if (ui.json) ui.out(JSON.stringify(result));
  else for (const line of lines()) ui.out(line);
}
