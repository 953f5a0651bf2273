import type { CommonPrefix, ListOptions, ObjectEntry } from "../object-store.ts";
import { ListProgress } from "./list-progress.ts";
import type { ListPage } from "./listing-page.ts";

/**
 * All that is on the pages of a listing, once; the next one is asked for while one is being used.
 *
 * @param ask asks for the page of a continuation token; undefined: the first
 * @throws UnsoundListing as soon as the pages cannot be trusted to be all there is, and what `ask` throws
 */
export async function* followPages(
  prefix: string,
  options: ListOptions | undefined,
  ask: (token: string | undefined) => Promise<ListPage>,
): AsyncGenerator<ObjectEntry | CommonPrefix> {
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
    for (const object of once(objects)) if (object.key !== last) yield object;
    last = objects.at(-1)?.key ?? last;
    yield* commonPrefixes;
  }
}

/**
 * Objects without those that come again: some servers repeat keys while they are being reorganized. Of two with one key the
 * later is taken.
 */
function once(objects: readonly ObjectEntry[]): Iterable<ObjectEntry> {
  const isAscending = objects.every(
    ({ key }, at) => at === 0 || (objects[at - 1] as ObjectEntry).key < key,
  );
  return isAscending ? objects : new Map(objects.map((one) => [one.key, one])).values();
}
