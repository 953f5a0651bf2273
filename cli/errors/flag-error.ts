import type { Words } from "../messages/say.ts";
import { dashed } from "../verb.ts";
import { CommandError } from "./command-error.ts";

/** The error of a flag whose value does not fit. */
export function flagError(name: string, words: Words): CommandError {
  return new CommandError("usage", (say) => `--${dashed(name)}: ${words(say)}`);
}
