import { FileError } from "../protocol/file-error.ts";

/** Errors of a disk that cannot give a file's content. */
const READ_ERRORS: ReadonlySet<string> = new Set(["EIO", "ESTALE", "EISDIR", "ENODATA"]);

/** Whether an error is a file system's, or ours about one file; anything else is S3's and concerns all files. */
export function isFileProblem(error: unknown): boolean {
  if (error instanceof FileError) return true;
  if (typeof error !== "object" || error === null || !("syscall" in error)) return false;
  // A read of an open file names no path; nor does a connection, whose errors have other codes.
  const { path, code } = error as NodeJS.ErrnoException;
  return typeof path === "string" || READ_ERRORS.has(code ?? "");
}
