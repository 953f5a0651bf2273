import type { QueuedRequest } from "../../bucket/job-objects/marker.ts";
import { type Requester, requesterOf } from "../../protocol/requester.ts";

/**
 * Who a request counts for: the name that its prefix begins with (`NAME--`), which a policy can hold submitters to; without
 * one what its submitter says, which nobody verifies. The same for all of which nothing is known.
 */
export function submitterName(
  prefix: string,
  { account = "", submitter = "" }: Requester = {},
): string {
  const at = prefix.indexOf("--");
  return at > 0 ? `${account} ${prefix.slice(0, at + 2)}` : `${account} ${submitter}`;
}

/**
 * The order in which requests are taken: cancels first, then submitter by submitter in turn, of each the oldest first. So
 * thousands of one submitter's hold up nobody else's.
 */
export function fairOrder(requests: readonly QueuedRequest[]): QueuedRequest[] {
  const sorted = requests.toSorted(
    (one, other) => timeOf(one) - timeOf(other) || (one.key < other.key ? -1 : 1),
  );
  const cancels = sorted.filter(({ request }) => request.action === "cancel");
  const lines = new Map<string, QueuedRequest[]>();
  for (const queued of sorted) {
    if (queued.request.action === "cancel") continue;
    const name = turnOf(queued);
    const line = lines.get(name);
    if (line) line.push(queued);
    else lines.set(name, [queued]);
  }
  return [...cancels, ...inTurn([...lines.values()])];
}

/** Whose turn a request's is; cancels have one of their own. */
export function turnOf({ asked, request }: QueuedRequest): string {
  if (request.action === "cancel") return "cancel";
  return submitterName(request.prefix, requesterOf(asked?.account, asked?.metadata ?? {}));
}

function inTurn<T>(lines: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lines.map(({ length }) => length));
  const all: T[] = [];
  for (let at = 0; at < longest; at++)
    for (const line of lines) if (at < line.length) all.push(line[at] as T);
  return all;
}

/** When a request was made, milliseconds since 1970, as far as its marker tells. */
export function timeOf({ asked, written }: QueuedRequest): number {
  return asked?.time ?? written?.getTime() ?? 0;
}
