import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { GlobalFlags } from "../global-flags.ts";
import type { Say } from "../messages/say.ts";
import { interruptOf } from "./interrupt.ts";
import { type Line, lineText } from "./line.ts";
import { LiveLine } from "./live-line.ts";
import { LiveTable } from "./live-table.ts";
import { COLOURS, PLAIN, wantsColour } from "./style.ts";
import type { Ui } from "./ui.ts";
import { interruptionLine } from "./way-on.ts";

// With it, since both are loaded when a verb is called.
export { onlyPrints } from "../only-prints.ts";

/** The Ui of a real command line. */
export function realUi(process: NodeJS.Process, say: Say, flags: GlobalFlags): Ui {
  const { stdout, stderr, env } = process;
  const live = new LiveLine(stderr, stderr.isTTY && !flags.quiet && env.TERM !== "dumb");
  const canRedraw = stdout.isTTY && env.TERM !== "dumb";
  const style = wantsColour(stdout.isTTY, env) ? COLOURS : PLAIN;
  const table = new LiveTable(stdout, style);
  const print = (stream: NodeJS.WriteStream, line: Line) =>
    live.print(() => table.print(() => void stream.write(`${lineText(line, style)}\n`)));
  return {
    say,
    given: flags,
    json: flags.json ?? false,
    out: (line) => print(stdout, line),
    write: async (bytes) => {
      live.clear();
      if (stdout.write(bytes)) return;
      await once(stdout, "drain").catch((error: NodeJS.ErrnoException) => {
        // Nobody reads it any more: see main.ts.
        if (error.code !== "EPIPE") throw error;
      });
    },
    err: (line) => {
      if (!flags.quiet) print(stderr, line);
    },
    error: (line) => print(stderr, line),
    live,
    report:
      flags.json && flags.progress
        ? (progress) => live.print(() => void stderr.write(`${JSON.stringify(progress)}\n`))
        : undefined,
    columns: stdout.isTTY ? stdout.columns || 80 : undefined,
    redraw: canRedraw ? (lines) => live.print(() => table.show(lines)) : undefined,
    interrupt: interruptOf(process, (wayOn, exitCode) => {
      live.clear();
      const line = interruptionLine(say, wayOn, { json: flags.json, exitCode });
      if (line !== undefined) stderr.write(`${lineText(line, style)}\n`);
    }),
    now: () => new Date(),
    sleep: (ms) => sleep(ms),
  };
}
