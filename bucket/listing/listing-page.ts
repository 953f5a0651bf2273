import type { CommonPrefix, ObjectEntry } from "../object-store.ts";
import { UnsoundListing } from "./unsound-listing.ts";

/** Objects and common prefixes on a page: S3 gives 1,000 at most; other servers may give more. */
export const ENTRIES_MAX = 10_000;

/** One page of a listing. */
export interface ListPage {
  objects: ObjectEntry[];
  commonPrefixes: CommonPrefix[];
  /** Continuation token; undefined: this is the last page. */
  next: string | undefined;
}

/**
 * The token that asks for the next page; undefined when this is the last.
 *
 * @param isTruncated undefined: the server does not say
 * @throws UnsoundListing when there is more, and no way to ask for it
 */
export function nextToken(
  isTruncated: boolean | undefined,
  token: string | undefined,
): string | undefined {
  if (isTruncated === false) return undefined;
  if (token || isTruncated === undefined) return token || undefined;
  throw new UnsoundListing("is cut off, and has no continuation token");
}
