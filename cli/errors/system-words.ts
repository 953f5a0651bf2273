import { messageOf } from "../../protocol/error.ts";
import type { Say } from "../messages/say.ts";

/** Messages for a full disk, a file too large for it, too many open files and denied access, by system error code. */
const KNOWN = {
  ENOSPC: "system.full",
  EDQUOT: "system.full",
  EFBIG: "system.tooLarge",
  EMFILE: "system.tooManyOpen",
  ENFILE: "system.tooManyOpen",
  EACCES: "system.denied",
  EPERM: "system.denied",
  EROFS: "system.readOnly",
} as const;

/** The message for a system error that users meet; undefined: the system's own words will do. */
export function systemMessage({
  code = "",
}: NodeJS.ErrnoException): (typeof KNOWN)[keyof typeof KNOWN] | undefined {
  return Object.hasOwn(KNOWN, code) ? KNOWN[code as keyof typeof KNOWN] : undefined;
}

/** Words for a system error: our own for the errors that users meet, else the system's. */
export function systemWords(say: Say, error: NodeJS.ErrnoException): string {
  const message = systemMessage(error);
  return message ? `${say(message)} (${error.code})` : messageOf(error);
}
