import { Batches } from "../flow/batches.ts";
import type { CommonPrefix, ListOptions, ObjectEntry } from "../object-store.ts";
import { ListProgress } from "./list-progress.ts";
import type { ListPage } from "./listing-page.ts";

/**
 * All that is on the pages of a listing, page by page; the next one is asked for while one is being used.
 *
 * @param ask asks for the page of a continuation token; undefined: the first
 * @throws UnsoundListing as soon as the pages cannot be trusted to be all there is, and what `ask` throws
 */
export function followPages(
  prefix: string,
  options: ListOptions | undefined,
  ask: (token: string | undefined) => Promise<ListPage>,
): Batches<ObjectEntry | CommonPrefix> {
  return new Batches(pages(prefix, options, ask));
}

async function* pages(
  prefix: string,
  options: ListOptions | undefined,
  ask: (token: string | undefined) => Promise<ListPage>,
): AsyncGenerator<readonly (ObjectEntry | CommonPrefix)[]> {
  const progress = new ListProgress(prefix, options?.delimiter);
  let page: Promise<ListPage> | undefined = ask(undefined);
  while (page !== undefined) {
    const came: ListPage = await page;
    progress.add(came);
    const { objects, commonPrefixes, next } = came;
    page = next === undefined ? undefined : ask(next);
    // It is awaited later, if at all.
    page?.catch(() => undefined);
    if (objects.length > 0) yield objects;
    if (commonPrefixes.length > 0) yield commonPrefixes;
  }
}
