import { createInterface } from "node:readline/promises";
import type { Say } from "../messages/say.ts";
import { printable } from "./printable.ts";

/** Asks a question that `y` or `yes` answers in the affirmative. */
export type AskYes = (question: string) => Promise<boolean>;

/** The words that mean yes, in the languages of the messages. */
const YES = /^(?:y|yes|はい)$/i;

/** Asks on the terminal; undefined when stdin or stderr is none. */
export function askYes(
  say: Say,
  { stdin, stderr }: Pick<NodeJS.Process, "stdin" | "stderr">,
): AskYes | undefined {
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  return async (question) => {
    const lines = createInterface({ input: stdin, output: stderr });
    try {
      // The end of the input is an answer, too.
      const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
      const asked = lines.question(`${printable(question)} ${say("ask.yesNo")} `);
      return isYes(await Promise.race([asked, ended]));
    } finally {
      lines.close();
    }
  };
}

/** Whether an answer means yes. */
export function isYes(answer: string): boolean {
  return YES.test(answer.trim());
}
