import { type Reason, reason } from "../../protocol/reason.ts";

/** Says which names cannot stand side by side on this disk; undefined for any other error. */
export function pathConflict(error: unknown): Reason | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOTDIR" || code === "EEXIST" || code === "EISDIR" || code === "ENOTEMPTY")
    return reason("name-conflict");
  if (code === "ENAMETOOLONG") return reason("path-too-long");
  if (code === "EILSEQ" || code === "EINVAL") return reason("name-on-disk");
  return undefined;
}
