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

/** The reason in what was thrown: that of a FileError, else what the system said. */
export function reasonOf(thrown: unknown): Reason {
  if (thrown instanceof FileError) return thrown.reason;
  return reason("system-error", { error: messageOf(thrown) });
}
