import type { Batches } from "../flow/batches.ts";
import { followPages } from "../listing/follow-pages.ts";
import type { CommonPrefix, ListOptions, ObjectEntry } from "../object-store.ts";
import type { BucketClient } from "./bucket-client.ts";
import { parseListPage } from "./list-page.ts";

/** A page of 1,000 keys of 1,024 bytes, each written as `%XX`, takes 4 MB. */
const PAGE_BYTES_MAX = 8 * 1024 * 1024;

/** Lists objects. */
export function listObjects(
  client: BucketClient,
  prefix: string,
  options?: ListOptions,
): Batches<ObjectEntry | CommonPrefix> {
  return followPages(prefix, options, (token) => {
    const query = {
      "list-type": "2",
      prefix,
      // XML 1.0 cannot carry every character a key may hold, such as U+0001 or CR.
      "encoding-type": "url",
      ...(options && { delimiter: options.delimiter }),
      ...(token !== undefined && { "continuation-token": token }),
    };
    return client.send({ method: "GET", query, limit: "small" }, async (response) =>
      parseListPage(await response.text(PAGE_BYTES_MAX), response),
    );
  });
}
