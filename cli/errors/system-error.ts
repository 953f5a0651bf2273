import { messageOf } from "../../protocol/error.ts";
import type { Say } from "../messages/say.ts";
import { CommandError } from "./command-error.ts";

/** Messages for a full disk, too many open files and denied access, by system error code. */
const KNOWN = {
  ENOSPC: "system.full",
  EDQUOT: "system.full",
  EMFILE: "system.tooManyOpen",
  ENFILE: "system.tooManyOpen",
  EACCES: "system.denied",
  EPERM: "system.denied",
  EROFS: "system.denied",
} as const;

type Code = keyof typeof KNOWN;

/** Words for a system error: our own for the errors that users meet, else the system's. */
export function systemWords(say: Say, error: Error): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  return Object.hasOwn(KNOWN, code) ? `${say(KNOWN[code as Code])} (${code})` : messageOf(error);
}

/**
 * A system error in our own words, with its file; undefined: not a system error, or its own message will do.
 */
export function systemError(error: unknown): CommandError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = "", path } = error as NodeJS.ErrnoException;
  if (!Object.hasOwn(KNOWN, code)) return undefined;
  // Connections are denied, too: that is S3's business.
  if (KNOWN[code as Code] === "system.denied" && path === undefined) return undefined;
  const named = path === undefined ? "" : `${JSON.stringify(path)}: `;
  return new CommandError("transfer", (say) => `${named}${systemWords(say, error)}`, {
    cause: error,
  });
}
