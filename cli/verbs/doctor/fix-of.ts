import type { Say } from "../../messages/say.ts";

/** Errors of the way to AWS; those of the credentials are others. */
const OF_THE_WAY = ["NetworkError", "TimeoutError", "ProxyError", "TlsError", "NotFromS3"];

/** Whether AWS was not reached at all, so that neither credentials nor names can be blamed. */
export function isOfTheWay(error: unknown): boolean {
  return error instanceof Error && (OF_THE_WAY.includes(error.name) || "syscall" in error);
}

/** How to mend the way to AWS; undefined: the way is not to blame, or the error says it all. */
export function fixOf(say: Say, error: unknown): string | undefined {
  if (!isOfTheWay(error) || !(error instanceof Error)) return undefined;
  return say(error.name === "NotFromS3" ? "doctor.portalFix" : "doctor.wayFix");
}
