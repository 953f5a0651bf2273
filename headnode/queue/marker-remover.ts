import type { ObjectRemover } from "../../bucket/object-store.ts";
import { messageOf } from "../../protocol/error.ts";
import type { Log } from "../log.ts";

/** Milliseconds for which markers are collected: of many jobs that end in a burst one request removes them all. */
const COLLECT_MS = 300;

/**
 * Removes the markers of what has ended, many by one request. What fails is left: the next look at the queue finds a marker
 * whose submission has ended, and it is removed again.
 */
export class MarkerRemover {
  readonly #store: ObjectRemover;
  readonly #log: Log;
  readonly #waiting = new Set<string>();
  /** Keys that S3 refuses to remove: asking again at each look would be of no use. */
  readonly #refused = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: ObjectRemover, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Removes markers soon; returns at once. */
  remove(keys: readonly string[]): void {
    for (const key of keys) if (!this.#refused.has(key)) this.#waiting.add(key);
    if (this.#waiting.size > 0) this.#timer ??= setTimeout(() => void this.#flush(), COLLECT_MS);
  }

  /** Whether a marker has had its answer, and is to be removed or cannot be. */
  has(key: string): boolean {
    return this.#waiting.has(key) || this.#refused.has(key);
  }

  /** Forgets what is no longer there. */
  keepOnly(keys: Pick<ReadonlySet<string>, "has">): void {
    for (const key of this.#refused) if (!keys.has(key)) this.#refused.delete(key);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #flush(): Promise<void> {
    const keys = [...this.#waiting];
    try {
      const refused = await this.#store.deleteMany(keys);
      for (const { key, code } of refused) if (code === "AccessDenied") this.#refused.add(key);
      const [first] = refused;
      if (first)
        this.#log(
          "warn",
          "S3 refuses to remove a marker: allow s3:DeleteObject below .cloud-submit/",
          {
            ...first,
            refused: refused.length,
          },
        );
    } catch (error) {
      this.#log("warn", "markers are left for later", { error: messageOf(error) });
    }
    for (const key of keys) this.#waiting.delete(key);
    this.#timer = undefined;
    this.remove([]);
  }
}
