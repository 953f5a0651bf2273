import { Batches } from "../flow/batches.ts";
import type { CommonPrefix, ListOptions, ObjectEntry } from "../object-store.ts";
import { ListProgress } from "./list-progress.ts";
import type { ListPage } from "./listing-page.ts";

/**
 * All that is on the pages of a listing, once, page by page; the next one is asked for while one is being used.
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
  let last: string | undefined;
  while (page !== undefined) {
    const came: ListPage = await page;
    progress.add(came);
    const { objects, commonPrefixes, next } = came;
    page = next === undefined ? undefined : ask(next);
    // It is awaited later, if at all.
    page?.catch(() => undefined);
    const fresh = once(objects.filter(({ key }) => key !== last));
    last = objects.at(-1)?.key ?? last;
    if (fresh.length > 0) yield fresh;
    if (commonPrefixes.length > 0) yield commonPrefixes;
  }
}

/**
 * Objects without those that come again: some servers repeat keys while they are being reorganized. Of two with one key the
 * later is taken.
 */
function once(objects: readonly ObjectEntry[]): readonly ObjectEntry[] {
  const isAscending = objects.every(
    ({ key }, at) => at === 0 || (objects[at - 1] as ObjectEntry).key < key,
  );
  return isAscending ? objects : [...new Map(objects.map((one) => [one.key, one])).values()];
}
