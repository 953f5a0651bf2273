const DISK_FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);

/** An error with the file that it is about: a full disk says so of a file that is open, without its name. */
export function namingFile(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const { code = "" } = error as NodeJS.ErrnoException;
  return DISK_FULL.has(code) ? Object.assign(error, { path }) : error;
}
