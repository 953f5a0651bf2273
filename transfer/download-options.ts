import type { DiskTraits } from "../bucket/disk-traits.ts";
import type { Machine } from "../bucket/machine.ts";
import type { ObjectEntry } from "../bucket/object-store.ts";
import type { Inputs } from "../protocol/manifest.ts";
import type { Reason } from "../protocol/reason.ts";
import type { ProgressListener } from "./flow/progress.ts";
import type { LocalObjects } from "./local-objects.ts";
import type { IgnoreRules } from "./names/ignore-rules.ts";
import type { KeepOptions } from "./placing/kept-files.ts";

/** Options of a download. */
export interface DownloadOptions extends ProgressListener {
  /** Fetch exactly these objects, and list nothing; undefined: everything under the prefix, as it is. */
  exactly?: Inputs | undefined;
  /** Copies of objects that are here, for those that `exactly` names; undefined: there are none. */
  local?: LocalObjects | undefined;
  /** Whether an object is to be fetched at all. */
  wanted?: ((path: string, entry: ObjectEntry) => boolean) | undefined;
  /**
   * Whether files may go through symbolic links in the folder that lead out of it: for a user's own folder,
   * of which the links were followed when it was uploaded. By default such files are refused.
   */
  outsideLinks?: "follow" | "refuse" | undefined;
  /** Remove files that have no object any more; see delete-gone.ts for what is never removed. */
  delete?: boolean | undefined;
  /** Asked when all was compared: whether what was listed is still so; where not, nothing is removed. */
  isStillSo?: (() => Promise<boolean>) | undefined;
  /** Paths that `delete` leaves alone. */
  ignore?: IgnoreRules | undefined;
  /** Paths that `delete` does not even look at: of a folder, nothing below it either. */
  passOver?: IgnoreRules | undefined;
  /** File that remembers the ETags of large files between runs; undefined: they are read each time. */
  hashCache?: string | undefined;
  /** Milliseconds since 1970. */
  now?: (() => number) | undefined;
  /** undefined: a new machine. */
  machine?: Machine | undefined;
  /**
   * Nobody else ever downloads into the folder, which is on a disk with these traits: nothing of theirs is looked for, and
   * nobody is kept out.
   */
  alone?: DiskTraits | undefined;
  /**
   * Somebody takes a file for the sign that others are there: files come into place when all have come, those that this
   * names first, then the oldest first. By default each is in its place as soon as it has come.
   */
  first?: ((path: string) => boolean) | undefined;
  /** How the disk treats file names; undefined: it is found out. */
  disk?: DiskTraits | undefined;
  /**
   * Why the object of a failed transfer is passed over, so that the others come; undefined: it ends the download. See
   * passed-over.ts. By default the first failure ends it.
   */
  passedOver?: ((error: unknown) => Promise<Reason | undefined>) | undefined;
  /** For a user's own folder: what is not replaced there. By default every file is. */
  keep?: KeepOptions | undefined;
}
