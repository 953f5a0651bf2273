import { constants } from "node:fs";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Flags for reading a file that this program itself has written: no link is followed, and no pipe waited for, whatever was put
 * in its place. Windows knows neither.
 */
export const AS_OWN = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;

/** The same for its text. */
export const OWN_TEXT = { encoding: "utf8", flag: AS_OWN } as const;
