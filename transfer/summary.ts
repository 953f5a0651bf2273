import { SKIPPED_LIST_MAX, type SkippedFile, type TransferVerdict } from "../protocol/record.ts";

/** Counts what a transfer did, in bounded memory. */
export class TransferSummary {
  files = 0;
  bytes = 0;
  /** Files that were already the same on the other side. */
  unchanged = 0;
  /** What was removed on the other side because it was gone on this one. */
  deleted = 0;
  skippedCount = 0;
  readonly skipped: SkippedFile[] = [];
  /** What is worth knowing though nothing was left out. */
  readonly notes: { path: string; text: string }[] = [];

  add(bytes: number): void {
    this.files += 1;
    this.bytes += bytes;
  }

  skip(path: string, reason: string): void {
    this.skippedCount += 1;
    if (this.skipped.length < SKIPPED_LIST_MAX) this.skipped.push({ path, reason });
  }

  note(path: string, text: string): void {
    if (this.notes.length < SKIPPED_LIST_MAX) this.notes.push({ path, text });
  }

  /** The summary as the job record holds it. */
  verdict(): TransferVerdict {
    return {
      verdict: this.skippedCount === 0 ? "complete" : "partial",
      files: this.files,
      bytes: this.bytes,
      skipped: this.skipped,
      skippedCount: this.skippedCount,
    };
  }
}
