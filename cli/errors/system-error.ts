import { CommandError } from "./command-error.ts";
import { systemMessage, systemWords } from "./system-words.ts";

/**
 * A system error, or what failed because of one, in our own words, with its file; undefined: not a system error, or its
 * own message will do.
 */
export function systemError(thrown: unknown): CommandError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  // S3's errors keep that of the connection as their cause.
  const isOuter = !("code" in thrown) && thrown.cause instanceof Error;
  const error: NodeJS.ErrnoException = isOuter ? (thrown.cause as Error) : thrown;
  const message = systemMessage(error);
  const { path } = error;
  // Connections are denied, too: that is S3's business.
  if (message === undefined || (message === "system.denied" && path === undefined))
    return undefined;
  const named = path === undefined ? "" : `${JSON.stringify(path)}: `;
  return new CommandError("transfer", (say) => `${named}${systemWords(say, error)}`, {
    cause: thrown,
  });
}
