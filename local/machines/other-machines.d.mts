/** A root folder of the oldest Debian that can be had, with a shell and what Node.js's programs need. */
export const OLD_ROOT: string;
/** The Debian in OLD_ROOT. */
export const OLD_SUITE: string;
/** The emulator of ARM machines, and a root folder with their libraries. */
export const ARM_EMULATOR: string;
export const ARM_ROOT: string;
/** The words that begin a call of shellcheck; undefined: it is not there. */
export function shellCheck(): [string, ...string[]] | undefined;
