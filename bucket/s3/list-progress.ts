import { CloudSubmitError } from "../../protocol/error.ts";
import { compareUtf8 } from "../utf8-order.ts";
import type { ListPage } from "./list-page.ts";

/** S3 gives 1,000 keys a page, and as many common prefixes at most; other servers may give more. */
const ENTRIES_MAX = 10_000;
/** Pages without a key that may follow one another: S3 passes over what it does not show. */
const EMPTY_MAX = 100;
/** 100 million keys, where a page holds 1,000. */
const PAGES_MAX = 100_000;

type Order = (a: string, b: string) => number;
/** S3's order, and that of servers that compare as JavaScript or Java does. */
const ORDERS: readonly Order[] = [compareUtf8, (a, b) => (a < b ? -1 : a > b ? 1 : 0)];

/** Watches that a listing goes forward from page to page, and comes to an end. */
export class ListProgress {
  readonly #prefix: string;
  /** Orders in which all pages so far have gone forward. */
  #orders = ORDERS;
  #last: string | undefined;
  #token: string | undefined;
  #pages = 0;
  #empty = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /**
   * Takes a page.
   *
   * @throws CloudSubmitError `transfer` when the listing repeats itself, goes back, or does not end
   */
  add({ objects, commonPrefixes, next }: ListPage): void {
    this.#pages += 1;
    if (this.#pages > PAGES_MAX) throw this.#broken(`has more than ${PAGES_MAX} pages`);
    if (objects.length + commonPrefixes.length > ENTRIES_MAX)
      throw this.#broken(`has more than ${ENTRIES_MAX} entries on a page`);
    if (next !== undefined && next === this.#token)
      throw this.#broken("gives the same continuation token again");
    this.#token = next;
    const ends = [objects.at(-1)?.key, commonPrefixes.at(-1)?.commonPrefix];
    const names = ends.filter((name) => name !== undefined);
    this.#empty = names.length === 0 ? this.#empty + 1 : 0;
    if (this.#empty > EMPTY_MAX) throw this.#broken(`has ${EMPTY_MAX} empty pages in a row`);
    this.#goForward(names);
  }

  #goForward(names: readonly string[]): void {
    const before = this.#last;
    if (names.length === 0) return;
    if (before !== undefined)
      this.#orders = this.#orders.filter((order) => names.some((name) => order(name, before) > 0));
    const [order] = this.#orders;
    if (!order) throw this.#broken("goes back to keys that it has given already");
    this.#last = names.toSorted(order).at(-1);
  }

  #broken(what: string): CloudSubmitError {
    return new CloudSubmitError(
      "transfer",
      `the listing of ${JSON.stringify(this.#prefix)} is not to be trusted: it ${what}; ` +
        "look at the S3 server, or at a proxy before it",
    );
  }
}
