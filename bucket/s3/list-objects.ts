import type { CommonPrefix, ListOptions, ObjectEntry } from "../object-store.ts";
import type { BucketClient } from "./bucket-client.ts";
import { type ListPage, parseListPage } from "./list-page.ts";
import { ListProgress } from "./list-progress.ts";

/** A page of 1,000 keys of 1,024 characters, each written as `%XX`, takes 4 MB. */
const PAGE_BYTES_MAX = 16 * 1024 * 1024;

/** Lists objects page by page; the next page is asked for while one is being used. */
export async function* listObjects(
  client: BucketClient,
  prefix: string,
  options?: ListOptions,
): AsyncGenerator<ObjectEntry | CommonPrefix> {
  let page: Promise<ListPage> | undefined = askPage(client, prefix, options);
  const progress = new ListProgress(prefix);
  while (page !== undefined) {
    const came: ListPage = await page;
    progress.add(came);
    const { objects, commonPrefixes, next } = came;
    page = next === undefined ? undefined : askPage(client, prefix, options, next);
    // It is awaited later, if at all.
    page?.catch(() => undefined);
    yield* objects;
    yield* commonPrefixes;
  }
}

function askPage(
  client: BucketClient,
  prefix: string,
  options: ListOptions | undefined,
  token?: string,
): Promise<ListPage> {
  const query = {
    "list-type": "2",
    prefix,
    // XML 1.0 cannot carry every character a key may hold, such as U+0001 or CR.
    "encoding-type": "url",
    ...(options && { delimiter: options.delimiter }),
    ...(token !== undefined && { "continuation-token": token }),
  };
  return client.send({ method: "GET", query, limit: "small" }, async (response) =>
    parseListPage(await response.text(PAGE_BYTES_MAX)),
  );
}
