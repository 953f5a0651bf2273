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
export async function* objectsAlone(listed: AsyncIterable<ObjectEntry>): AsyncGenerator<Pair> {
  for await (const remote of listed) yield { remote };
}

/**
 * Brings a walk and a listing together, side by side: both come in the same order, so none has to be held.
 * Directory buckets and some other servers list in no order: then partners may miss each other, and the
 * report says so.
 */
export async function* merge(
  walked: AsyncIterable<WalkEntry>,
  listed: AsyncIterable<ObjectEntry>,
  prefix: string,
  report: MergeReport,
): AsyncGenerator<Pair> {
  const locals = walked[Symbol.asyncIterator]();
  const remotes = listed[Symbol.asyncIterator]();
  try {
    let [local, remote] = await Promise.all([take(locals), take(remotes)]);
    for (;;) {
      // It may come out of order, and its partner does not matter: nothing is done with either.
      if (local?.kind === "skipped") {
        report.doubt ??= local;
        yield { local };
        local = await take(locals);
        continue;
      }
      if (!local && !remote) return;
      const end = remote?.key.slice(prefix.length + 1);
      const order = !local ? 1 : end === undefined ? -1 : compareUtf8(keyEnd(local), end);
      const pair: Pair = {
        local: order <= 0 ? local : undefined,
        remote: order >= 0 ? remote : undefined,
        hasLocalBelow: end?.endsWith("/") && local?.path.startsWith(end),
      };
      yield pair;
      if (pair.local) local = await take(locals);
      if (pair.remote) {
        const next = await take(remotes);
        if (next && compareUtf8(pair.remote.key, next.key) >= 0)
          report.doubt = { path: ".", reason: reason("not-in-order") };
        remote = next;
      }
    }
  } finally {
    await Promise.all([locals.return?.(), remotes.return?.()]);
  }
}

async function take<T>(items: AsyncIterator<T>): Promise<T | undefined> {
  const next = await items.next();
  return next.done ? undefined : next.value;
}
