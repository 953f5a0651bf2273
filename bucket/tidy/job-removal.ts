import type { Inputs } from "../../protocol/manifest.ts";

/** Result of a removal. */
export interface JobRemoval {
  /**
   * removed: nothing is left; changed: another client has written the status object meanwhile, and nothing more was removed;
   * remains: some objects stay, and the job with its state for them; stopped: there was no time for the rest.
   */
  end: "removed" | "changed" | "remains" | "stopped";
  /** Versions and delete markers that were removed. */
  objects: number;
  bytes: number;
  /** Objects that stay since they were written just before. */
  young: number;
  /** After so long none of these is young any more, unless they are written again. Milliseconds. */
  youngFor: number;
  /** Objects that S3 does not remove, and its word for the first of them. */
  refused: { count: number; why: string } | undefined;
  /** Earlier versions are left: there is no right to list or remove them. */
  leavesVersions: boolean;
}

export interface RemoveOptions {
  /** Letters and digits by chance, of this call alone. */
  nonce: string;
  /** Only those of these inputs that are still there as they were submitted; the job and its results stay. */
  inputs?: Inputs | undefined;
  /** Whether another batch may be begun. */
  mayGoOn?: () => boolean;
  /** Whether the one who removes may read the objects: S3 demands it for conditions. */
  hasConditions?: boolean;
}
