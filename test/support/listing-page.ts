import { compareUtf8 } from "../../bucket/utf8-order.ts";

/** Parameters of a listing. */
export interface ListingRequest {
  prefix: string;
  delimiter: string | undefined;
  /** The last name of the page before; undefined: the first page. */
  after: string | undefined;
  /** Keys and common prefixes on a page; S3 has 1,000. */
  size: number;
}

/** One page of a listing. */
export interface ListingPage {
  keys: string[];
  commonPrefixes: string[];
  /** The last name of this page when there is a further one. */
  last: string | undefined;
}

/** Lists keys as S3 does. Source: Amazon S3 API Reference, "ListObjectsV2". */
export function listingPage(all: Iterable<string>, request: ListingRequest): ListingPage {
  const { prefix, delimiter, after, size } = request;
  const names = new Map<string, "keys" | "commonPrefixes">();
  for (const key of all) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const name = cut < 0 ? key : key.slice(0, cut + (delimiter?.length ?? 0));
    if (after !== undefined && compareUtf8(name, after) <= 0) continue;
    names.set(name, cut < 0 ? "keys" : "commonPrefixes");
  }
  const sorted = [...names.keys()].toSorted(compareUtf8);
  const page: ListingPage = {
    keys: [],
    commonPrefixes: [],
    last: sorted.length > size ? sorted[size - 1] : undefined,
  };
  for (const name of sorted.slice(0, size)) page[names.get(name) ?? "keys"].push(name);
  return page;
}
