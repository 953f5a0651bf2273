import type { ObjectVersion } from "../object-store.ts";
import { compareUtf8 } from "../utf8-order.ts";
import { UnsoundListing } from "./unsound-listing.ts";

/** Where a listing of versions goes on. */
export interface VersionMark {
  key: string;
  /** undefined: behind all versions of the key. */
  versionId: string | undefined;
}

/** A page of a listing of versions. */
export interface VersionPage {
  versions: ObjectVersion[];
  /** undefined: this is the last page. */
  next: VersionMark | undefined;
}

/** Versions on a page: S3 gives 1,000 at most; other servers may give more. */
export const VERSIONS_MAX = 10_000;

/** 100 million versions, where a page holds 1,000. */
const PAGES_MAX = 100_000;

/**
 * All pages of a listing of versions, each asked for when it is wanted.
 *
 * @param ask asks for the page behind a mark; undefined: the first
 * @throws UnsoundListing when a page is of other keys, or does not go forward; and what `ask` throws
 */
export async function* versionPages(
  prefix: string,
  ask: (from: VersionMark | undefined) => Promise<VersionPage>,
): AsyncGenerator<readonly ObjectVersion[]> {
  let from: VersionMark | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const { versions, next }: VersionPage = await ask(from);
    if (versions.length > VERSIONS_MAX)
      throw new UnsoundListing(`has more than ${VERSIONS_MAX} entries on a page`);
    for (const { key, versionId } of versions)
      if (!key.startsWith(prefix) || versionId === "")
        throw new UnsoundListing(`of ${JSON.stringify(prefix)} has another key, or no version id`);
    yield versions;
    if (next === undefined) return;
    const order = from === undefined ? 1 : compareUtf8(next.key, from.key);
    if (order < 0 || (order === 0 && next.versionId === from?.versionId))
      throw new UnsoundListing("goes back to keys that it has given already");
    from = next;
  }
  throw new UnsoundListing(`has more than ${PAGES_MAX} pages`);
}
