import type { Checksum } from "../bucket/checksum.ts";
import type { FileStats } from "../bucket/disk/file-stats.ts";
import type { Machine } from "../bucket/machine.ts";
import type { ObjectEntry } from "../bucket/object-store.ts";
import type { Input } from "../protocol/manifest.ts";
import type { LocalCopies } from "./comparing/local-copies.ts";
import type { SentObjects } from "./comparing/sent-objects.ts";
import type { ProgressListener } from "./flow/progress.ts";
import type { PutEntryOptions, Sendable } from "./put-entry.ts";
import type { WalkOptions } from "./walk.ts";

export interface UploadOptions extends ProgressListener, PutEntryOptions {
  /** Whether a file, link or empty folder is to be sent at all. */
  wanted?: ((path: string, stats?: FileStats) => boolean) | undefined;
  /** Called with every object that now stands for a file, a link or an empty folder, whether it was sent or there. */
  onObject?: ((object: Input) => void) | undefined;
  /** Called with every file and link of which an object with this ETag is the copy now. */
  onCopy?:
    | ((
        local: Exclude<Sendable, { kind: "empty-folder" }>,
        etag: string,
        checksum: Checksum | undefined,
      ) => void)
    | undefined;
  /** undefined: a new machine. */
  machine?: Machine | undefined;
}

type Listed = AsyncIterable<readonly ObjectEntry[]>;

export interface SyncOptions extends UploadOptions, WalkOptions {
  /** Sees the listing of the prefix, in batches, before any file is sent; its errors end the upload. */
  onListing?: ((batches: Listed) => Listed) | undefined;
  /** Remove objects that have no file in the folder any more; see delete-gone.ts for what is never removed. */
  delete?: boolean | undefined;
  /** File that remembers the ETags of large files between runs; undefined: they are read each time. */
  hashCache?: string | undefined;
  /** Objects that were sent from the folder or fetched to it before. */
  copies?: Pick<LocalCopies, "contentOf"> | undefined;
  /** All that was sent to this bucket before; undefined: it is neither used nor noted. */
  sent?: SentObjects | undefined;
  /** Send every file that is not under this very prefix, whatever was sent before. */
  selfContained?: boolean | undefined;
  /** Milliseconds since 1970. */
  now?: (() => number) | undefined;
}
