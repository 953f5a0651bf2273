import type { ObjectEntry } from "../object-store.ts";
import { compareUtf8 } from "../utf8-order.ts";
import { ENTRIES_MAX, type ListPage } from "./listing-page.ts";
import { UnsoundListing } from "./unsound-listing.ts";

/** Pages without a key that may follow one another: S3 passes over what it does not show. */
const EMPTY_MAX = 1000;
/** 100 million keys, where a page holds 1,000. */
const PAGES_MAX = 100_000;

type Order = (a: string, b: string) => number;
/** S3's order, and that of servers that compare as JavaScript or Java does. */
const ORDERS: readonly Order[] = [compareUtf8, (a, b) => (a < b ? -1 : a > b ? 1 : 0)];

/** Watches that a listing is one of what was asked for, goes forward from page to page, and comes to an end. */
export class ListProgress {
  readonly #prefix: string;
  readonly #delimiter: string | undefined;
  /** Orders in which all pages so far have gone forward. */
  #orders = ORDERS;
  #last: string | undefined;
  #token: string | undefined;
  #pages = 0;
  #empty = 0;

  constructor(prefix: string, delimiter?: string) {
    this.#prefix = prefix;
    this.#delimiter = delimiter;
  }

  /**
   * Takes a page.
   *
   * @throws UnsoundListing
   */
  add({ objects, commonPrefixes, next }: ListPage): void {
    this.#pages += 1;
    if (this.#pages > PAGES_MAX) throw new UnsoundListing(`has more than ${PAGES_MAX} pages`);
    if (objects.length + commonPrefixes.length > ENTRIES_MAX)
      throw new UnsoundListing(`has more than ${ENTRIES_MAX} entries on a page`);
    if (next !== undefined && next === this.#token)
      throw new UnsoundListing("gives the same continuation token again");
    this.#token = next;
    for (const object of objects) this.#checkObject(object);
    for (const { commonPrefix } of commonPrefixes) this.#checkFolded(commonPrefix);
    const ends = [objects.at(-1)?.key, commonPrefixes.at(-1)?.commonPrefix];
    const names = ends.filter((name) => name !== undefined);
    this.#empty = names.length === 0 ? this.#empty + 1 : 0;
    if (this.#empty > EMPTY_MAX) throw new UnsoundListing(`has ${EMPTY_MAX} empty pages in a row`);
    this.#goForward(names);
  }

  #checkObject({ key, size }: ObjectEntry): void {
    if (key === "" || !key.startsWith(this.#prefix) || LONE_SURROGATE.test(key))
      throw new UnsoundListing(`of ${quoted(this.#prefix)} has the key ${quoted(key)}`);
    if (!(Number.isSafeInteger(size) && size >= 0))
      throw new UnsoundListing(`does not say how long ${quoted(key)} is`);
  }

  #checkFolded(name: string): void {
    const [prefix, delimiter] = [this.#prefix, this.#delimiter];
    const isSound =
      delimiter !== undefined &&
      name.startsWith(prefix) &&
      name.endsWith(delimiter) &&
      name.length > prefix.length &&
      !LONE_SURROGATE.test(name);
    if (!isSound)
      throw new UnsoundListing(`of ${quoted(prefix)} has the common prefix ${quoted(name)}`);
  }

  #goForward(names: readonly string[]): void {
    const before = this.#last;
    if (names.length === 0) return;
    if (before !== undefined)
      this.#orders = this.#orders.filter((order) => names.some((name) => order(name, before) > 0));
    const [order] = this.#orders;
    if (!order) throw new UnsoundListing("goes back to keys that it has given already");
    this.#last = names.toSorted(order).at(-1);
  }
}

/** No key holds one, since keys are UTF-8; and none could be asked for. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A name as it may stand in a message, which is one line. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}...` : name);
}
