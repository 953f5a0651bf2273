import { waitUntil } from "../../../local/wait-until.ts";
import { pendingFolder, requestOfPendingKey } from "../../../protocol/marker.ts";
import { submitterMetadata } from "../../../protocol/requester.ts";
import { readLogs } from "../evidence.ts";
import type { SharedFault } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";

/** Submissions of a burst, and those of them that somebody else sends after all the others. */
const BURST = 150;
const OTHERS = 30;

/** Requests that the agent works on side by side overtake one another by so many. */
const SIDE_BY_SIDE = 40;

/** S3 tells the second in which something was written: two that are no further apart have no order. */
const RESOLUTION_MS = 1000;

/** When each request of a burst was made, milliseconds. */
const askedAt: number[] = [];

const isLater = (at: number) => at >= BURST - OTHERS;

/** Faults of the bell while many ask at once. */
export const burstFaults: readonly SharedFault[] = [
  {
    name: "burst: 150 of two submitters while the agent is away, and one command of all arrives",
    together: BURST,
    shapes: ["tiny"],
    strike: async (scenes) => {
      const [first] = scenes;
      if (!first) return 0;
      await first.ssm({ fault: "lost", prefix: oneOf(scenes), skip: 1, times: 1000 });
      await first.cloud.keeper.whileStopped(async () => {
        askedAt.length = 0;
        for (const [at, scene] of scenes.entries()) {
          await scene.ask("FILE_UPLOAD", submitterMetadata(isLater(at) ? "late" : "early"));
          askedAt[at] = Date.now();
        }
        await untilPending(scenes);
      });
      return 0;
    },
    proofOfAll: async (scenes) => {
      const [first] = scenes;
      if (!first) return;
      const { accepted } = readLogs(first.cloud.config, 0);
      const prefixes = new Map(scenes.map(({ prefix }, at) => [prefix, at]));
      const order = accepted.flatMap((prefix) => prefixes.get(prefix) ?? []);
      // In turn: after each of the others' one of theirs, however many came before it.
      const last = order.findLastIndex(isLater);
      if (last > 2 * OTHERS + SIDE_BY_SIDE)
        throw new Error(
          `the few that came late were all submitted after ${last} of ${order.length}`,
        );
      for (const whose of [isLater, (at: number) => !isLater(at)])
        checkInOrder(order.filter(whose));
    },
  },
  {
    name: "burst: commands late, reordered, refused, twice, throttled or lost, each by chance",
    together: 24,
    shapes: ["tiny"],
    strike: async (scenes) => {
      const faults = ["late", "reordered", "refused", "twice", "throttle", "lost"] as const;
      for (const scene of scenes) {
        const [fault, delayMs] = [scene.random.pick(faults), scene.random.int(500, 6000)];
        await scene.ssm({ fault, times: 2, delayMs });
      }
      for (const scene of scenes) await scene.ask();
      return 0;
    },
  },
];

/** The oldest of a submitter's go first. */
function checkInOrder(order: readonly number[]): void {
  for (const [at, number] of order.entries()) {
    const time = askedAt[number] ?? 0;
    const isBefore = (other: number) => (askedAt[other] ?? 0) < time - RESOLUTION_MS;
    const isBehind = (other: number) => (askedAt[other] ?? 0) > time + RESOLUTION_MS;
    const first = order.filter(isBefore).length;
    const last = order.length - 1 - order.filter(isBehind).length;
    const off = Math.max(first - at, at - last);
    if (off > SIDE_BY_SIDE)
      throw new Error(`the request that came as number ${number} was submitted ${off} places off`);
  }
}

/** Waits until every request has its marker. */
async function untilPending(scenes: readonly Scene[]): Promise<void> {
  const [first] = scenes;
  await waitUntil(
    "all are pending",
    async () => {
      const keys = (await first?.cloud.bucket.keys(pendingFolder())) ?? [];
      const pending = new Set(keys.map((key) => requestOfPendingKey(key)?.prefix));
      return scenes.every(({ prefix }) => pending.has(prefix)) || undefined;
    },
    { deadline: 60_000 },
  );
}

/** A pattern for the prefixes of these, and no others. */
function oneOf(scenes: readonly Scene[]): string {
  return `^(${scenes.map(({ prefix }) => prefix).join("|")})$`;
}
