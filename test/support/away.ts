import { sweepPending } from "../../functions/requests/sweep-pending.ts";
import { HEARTBEAT_KEY } from "../../protocol/heartbeat.ts";
import type { world } from "./agent-world.ts";
import { inTime, SWEEP_TIMES } from "./pending-requests.ts";

const AWAY_MS = 25 * 3_600_000;

/** Until the agent of a world with heartbeats has told that it has looked. */
export async function untilHeard(w: ReturnType<typeof world>): Promise<void> {
  await w.until(() => w.store.text(HEARTBEAT_KEY)?.includes('"looked"') === true);
}

/** A sweep over what is pending, as after a day in which nothing was heard of the agent; returns what it has done. */
export function sweepAfterADay({ store }: ReturnType<typeof world>) {
  const away = { reason: "nobody answers" };
  return sweepPending(
    SWEEP_TIMES,
    {
      bucketName: "b",
      store,
      headNode: { explain: async () => undefined },
      doorbell: { ring: async () => away, ringAnyway: async () => away },
      announce: async () => undefined,
      announceRemoval: async () => undefined,
      now: () => new Date(store.now().getTime() + AWAY_MS),
    },
    inTime,
  );
}
