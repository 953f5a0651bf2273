import { type Reason, SKIPPED_LIST_MAX, writtenReason } from "../protocol/reason.ts";
import type { FileReason, TransferVerdict } from "../protocol/record.ts";

/** A remark on a path. */
export interface Told {
  path: string;
  reason: Reason;
}

/** Counts what a transfer did, in bounded memory. */
export class TransferSummary {
  files = 0;
  bytes = 0;
  /** Those of them that came from a copy on this disk. */
  readonly cached = { files: 0, bytes: 0 };
  /** Files that were already the same on the other side. */
  unchanged = 0;
  /** Files in place of which an object under another prefix was named. */
  named = 0;
  /** Items removed on the other side because they were gone on this one. */
  deleted = 0;
  skippedCount = 0;
  /** How many of these are no longer what was to be fetched exactly. */
  changed = 0;
  readonly skipped: FileReason[] = [];
  /** Remarks on files; nothing was left out for them. */
  readonly notes: FileReason[] = [];

  /** Fetched files that are beside their place, because a user's own file is there. */
  readonly beside: { path: string; at: string }[] = [];
  besideCount = 0;

  putBeside(path: string, at: string): void {
    this.besideCount += 1;
    if (this.beside.length < SKIPPED_LIST_MAX) this.beside.push({ path, at });
  }

  /** @param isLocal it came from a copy on this disk */
  add(bytes: number, isLocal = false): void {
    this.files += 1;
    this.bytes += bytes;
    if (!isLocal) return;
    this.cached.files += 1;
    this.cached.bytes += bytes;
  }

  skip(path: string, reason: Reason): void {
    this.skippedCount += 1;
    tell(this.skipped, path, reason);
  }

  note(path: string, reason: Reason): void {
    tell(this.notes, path, reason);
  }

  /** The summary as the job record holds it. */
  verdict(): TransferVerdict {
    return {
      verdict: this.skippedCount === 0 ? "complete" : "partial",
      files: this.files,
      bytes: this.bytes,
      ...(this.cached.files > 0 && { cached: { ...this.cached } }),
      skipped: this.skipped,
      skippedCount: this.skippedCount,
    };
  }
}

function tell(list: FileReason[], path: string, reason: Reason): void {
  if (list.length < SKIPPED_LIST_MAX) list.push({ path, ...writtenReason(reason) });
}
