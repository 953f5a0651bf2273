import type { ObjectEntry } from "../../bucket/object-store.ts";
import { MemoryStore } from "./memory-store.ts";

/** S3 lists at most so many objects for one request. */
const PAGE = 1000;

/** A bucket in memory that counts requests as S3 does: each page of a listing is one. */
export class CountingStore extends MemoryStore {
  /** Requests by operation. */
  requests: Record<string, number> = {};

  constructor() {
    super();
    this.before = (operation) => {
      if (operation !== "list") this.#count(operation);
    };
  }

  override async *list(prefix: string): AsyncIterable<ObjectEntry> {
    let listed = 0;
    this.#count("list");
    for await (const entry of super.list(prefix)) {
      // The next page is asked for when something of it is wanted.
      if (listed > 0 && listed % PAGE === 0) this.#count("list");
      listed += 1;
      yield entry;
    }
  }

  #count(operation: string): void {
    this.requests[operation] = (this.requests[operation] ?? 0) + 1;
  }
}
