import type { ErrorCode } from "../../protocol/error.ts";
import { type Say, sayEnglish } from "../messages/say.ts";

/** How to go on when a verb ends before its time: by Ctrl-C and the like, or because something failed. */
export interface WayOn {
  /** The command, as a shell reads it. */
  command: string;
  /** One line: what state things are in, and what to do then. */
  line: (say: Say, then: string) => string;
}

/** The line for people, after an error of this code. */
export function wayOnLine(say: Say, { command, line }: WayOn, code?: ErrorCode): string {
  return line(say, code === "credentials" ? say("interrupt.signIn", { command }) : command);
}

/** The words after an interruption: for people the line, for programs an object as after a failure. */
export function interruptionLine(
  say: Say,
  wayOn: WayOn | undefined,
  { json, exitCode }: { json?: boolean | undefined; exitCode: number },
): string | undefined {
  if (!json) return wayOn && wayOnLine(say, wayOn);
  const message = wayOn ? wayOnLine(sayEnglish, wayOn) : "interrupted";
  return JSON.stringify({
    error: { code: "interrupted" satisfies ErrorCode, message },
    exitCode,
    resume: wayOn?.command,
  });
}
