import { CommandError } from "./command-error.ts";
import { systemWords } from "./system-words.ts";

/** The error of a standard output that takes no more, as on a full disk. */
export function outputError(cause: NodeJS.ErrnoException): CommandError {
  return new CommandError(
    "transfer",
    (say) => say("problem.output", { error: systemWords(say, cause) }),
    { cause },
  );
}
