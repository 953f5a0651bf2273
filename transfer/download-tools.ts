import type { NewFiles } from "../bucket/disk/new-files.ts";
import type { DiskTraits } from "../bucket/disk-traits.ts";
import type { Machine } from "../bucket/machine.ts";
import type { ObjectEntry } from "../bucket/object-store.ts";
import type { HashCache } from "./comparing/hash-cache.ts";
import type { PartialFiles } from "./placing/partial-files.ts";

/** An object to fetch. */
export interface Job {
  entry: ObjectEntry;
  path: string;
}

/** Where an object goes. */
export interface Place extends Job {
  kind: "file" | "folder";
}

/** Ports of a download. */
export interface Tools extends Machine {
  partial: PartialFiles;
  traits: DiskTraits;
  /** Makes the files in `partial`. */
  files: NewFiles;
  cache: HashCache;
}
