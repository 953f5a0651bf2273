import { CloudSubmitError, messageOf } from "./error.ts";
import { type Reason, reason, reasonText } from "./reason.ts";

/** A file or an object that cannot be transferred: `transfer`, with the reason. */
export class FileError extends CloudSubmitError {
  readonly path: string;
  readonly reason: Reason;

  constructor(path: string, why: Reason, options?: { cause?: unknown }) {
    super("transfer", `${path}: ${reasonText(why)}`, options);
    this.path = path;
    this.reason = why;
  }
}

/** Codes of a system without room for another open file, or without memory: any other file would fail, too. */
const MACHINE_TROUBLE: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"]);

/** Codes of a system for a file that has been found, and is no more; the second is that of network file systems. */
const GONE: ReadonlySet<unknown> = new Set(["ENOENT", "ESTALE"]);

/**
 * The reason in what was thrown because of a file: that of a FileError, else what the system said.
 *
 * @throws what was thrown, when it says nothing about the file: the same may succeed later
 */
export function reasonOf(thrown: unknown): Reason {
  if (thrown instanceof FileError) return thrown.reason;
  const code = (thrown as { code?: unknown } | undefined)?.code;
  if (MACHINE_TROUBLE.has(code)) throw thrown;
  if (GONE.has(code)) return reason("file-removed");
  if (code === "ENAMETOOLONG") return reason("path-too-long");
  return reason("system-error", { error: messageOf(thrown) });
}
