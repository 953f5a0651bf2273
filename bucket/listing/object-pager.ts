import type { ListPage } from "./listing-page.ts";

/** Lists objects from anywhere on, for those who stop and go on later. */
export interface ObjectPager {
  /**
   * One page of all objects, in key order: one request.
   *
   * @param from.after keys greater than this; empty: from the first on
   * @param from.token goes on behind a page without keys
   */
  page(from: { after: string; token?: string | undefined }): Promise<ListPage>;
}
