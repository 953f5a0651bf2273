import { once } from "node:events";
import { openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { ReadStream } from "node:tty";
import type { AskForCode } from "../../bucket/credentials/assumed-role.ts";
import type { Say } from "../messages/say.ts";
import type { LiveLine } from "./live-line.ts";
import { printable } from "./printable.ts";

/** A terminal to ask on. */
export interface Terminal {
  write: (text: string) => void;
  input: NodeJS.ReadableStream;
  close: () => void;
}

/** Asks for the code of an MFA device, on the terminal even where input and output are none; undefined: there is none. */
export function codeAsker(
  { say, live }: { say: Say; live: Pick<LiveLine, "clear"> },
  open: () => Terminal | undefined,
): AskForCode {
  return async ({ profile, serial }) => {
    const terminal = open();
    if (!terminal) return undefined;
    live.clear();
    const lines = createInterface({ input: terminal.input, terminal: false });
    try {
      terminal.write(`${printable(say("ask.mfaCode", { profile, serial }))} `);
      // The end of the input is an answer, too.
      const ended = once(lines, "close").then(() => [""]);
      const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
      return line;
    } finally {
      lines.close();
      terminal.close();
    }
  };
}

/** The same for a real command line. */
export function askForCode(ui: { say: Say; live: Pick<LiveLine, "clear"> }): AskForCode {
  return codeAsker(ui, () => ownTerminal(process));
}

/** The terminal that the program was started on; undefined: it was started on none. */
export function ownTerminal({
  platform,
  stdin,
  stderr,
}: Pick<NodeJS.Process, "platform" | "stdin" | "stderr">): Terminal | undefined {
  if (platform === "win32") {
    if (!stdin.isTTY || !stderr.isTTY) return undefined;
    return { input: stdin, write: (text) => stderr.write(text), close: () => stdin.pause() };
  }
  try {
    const file = openSync("/dev/tty", "r+");
    const input = new ReadStream(file);
    return { input, write: (text) => writeSync(file, text), close: () => input.destroy() };
  } catch {
    return undefined;
  }
}
