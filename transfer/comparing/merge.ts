import { Batches, batchesOf } from "../../bucket/flow/batches.ts";
import type { ObjectEntry } from "../../bucket/object-store.ts";
import { compareUtf8 } from "../../bucket/utf8-order.ts";
import { reason } from "../../protocol/reason.ts";
import type { Told } from "../summary.ts";
import type { WalkEntry } from "../walk.ts";

/** A place in a folder, and what is there on this disk and in the bucket. */
export interface Pair {
  local?: WalkEntry | undefined;
  remote?: ObjectEntry | undefined;
  /** Something of the walk is below this folder marker: the folder is not gone. */
  hasLocalBelow?: boolean | undefined;
}

/** The end of an object's key, after `prefix/`, that a walk's entry has. */
export function keyEnd(entry: WalkEntry): string {
  return entry.kind === "empty-folder" ? `${entry.path}/` : entry.path;
}

/** Report of a merge on a listing, when it is through. */
export interface MergeReport {
  /** Why what has no partner may have one all the same; undefined when it has none. */
  doubt: Told | undefined;
}

/** A listing by itself, where nothing of the folder is to be compared with it. */
export function objectsAlone(listed: Batches<ObjectEntry>): Batches<Pair> {
  return listed.map((remote) => ({ remote }));
}

/**
 * Brings a walk and a listing together, side by side: both come in the same order, so none has to be held.
 * Directory buckets and some other servers list in no order: then partners may miss each other, and the
 * report says so.
 */
export function merge(
  walked: AsyncIterable<WalkEntry>,
  listed: AsyncIterable<ObjectEntry>,
  prefix: string,
  report: MergeReport,
): Batches<Pair> {
  return new Batches(pairs(new Cursor(walked), new Cursor(listed), prefix, report));
}

async function* pairs(
  locals: Cursor<WalkEntry>,
  remotes: Cursor<ObjectEntry>,
  prefix: string,
  report: MergeReport,
): AsyncGenerator<readonly Pair[]> {
  let before: string | undefined;
  try {
    for (;;) {
      await Promise.all([locals.fill(), remotes.fill()]);
      const together: Pair[] = [];
      while (locals.isKnown && remotes.isKnown) {
        const local = locals.first;
        // It may come out of order, and its partner does not matter: nothing is done with either.
        if (local?.kind === "skipped") {
          report.doubt ??= local;
          together.push({ local });
          locals.pass();
          continue;
        }
        const remote = remotes.first;
        if (!local && !remote) break;
        if (remote && before !== undefined && compareUtf8(before, remote.key) >= 0)
          report.doubt = { path: ".", reason: reason("not-in-order") };
        before = undefined;
        const end = remote?.key.slice(prefix.length + 1);
        const order = !local ? 1 : end === undefined ? -1 : compareUtf8(keyEnd(local), end);
        together.push({
          local: order <= 0 ? local : undefined,
          remote: order >= 0 ? remote : undefined,
          hasLocalBelow: end?.endsWith("/") && local?.path.startsWith(end),
        });
        if (order <= 0) locals.pass();
        if (order >= 0) remotes.pass();
        if (order >= 0) before = remote?.key;
      }
      if (together.length > 0) yield together;
      if (locals.isOver && remotes.isOver) return;
    }
  } finally {
    await Promise.all([locals.end(), remotes.end()]);
  }
}

/** Where a reader of batches is. */
class Cursor<T> {
  readonly #batches: AsyncIterator<readonly T[]>;
  #batch: readonly T[] = [];
  #at = 0;
  /** All was passed. */
  isOver = false;

  constructor(items: AsyncIterable<T>) {
    this.#batches = batchesOf(items)[Symbol.asyncIterator]();
  }

  /** The next one is there, or there is none. */
  get isKnown(): boolean {
    return this.isOver || this.#at < this.#batch.length;
  }

  /** The next one; undefined: none is known. */
  get first(): T | undefined {
    return this.#batch[this.#at];
  }

  pass(): void {
    this.#at += 1;
  }

  /** Waits until the next one is known. */
  async fill(): Promise<void> {
    while (!this.isKnown) {
      const next = await this.#batches.next();
      this.isOver = next.done === true;
      this.#batch = next.done ? [] : next.value;
      this.#at = 0;
    }
  }

  async end(): Promise<void> {
    await this.#batches.return?.();
  }
}
