import { isNativeError } from "node:util/types";
import { FileError } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";

/** Of a path that is not there any more; the last one is that of network file systems. */
const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ESTALE"]);

/**
 * The error that says that somebody has removed or replaced a folder which files are fetched into, where a download has failed
 * because of that: it has made each of its folders itself. Any other error stays what it is.
 */
export function orTargetGone(error: unknown, root: string): unknown {
  if (error instanceof FileError || !isNativeError(error)) return error;
  const { code = "", path } = error as NodeJS.ErrnoException;
  const isOurs = typeof path === "string" && path.startsWith(root) && GONE.has(code);
  return isOurs ? new FileError(root, reason("target-gone"), { cause: error }) : error;
}
