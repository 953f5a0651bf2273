/** A disk says these of a file that is open, without its name: it is full, or the file is too large. */
const NO_ROOM: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** An error with the file that it is about: a rename that fails names the file that it is for, and not where that was until then. */
export function namingFile(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const { code = "", dest } = error as NodeJS.ErrnoException & { dest?: string };
  return dest !== undefined || NO_ROOM.has(code) ? Object.assign(error, { path }) : error;
}
