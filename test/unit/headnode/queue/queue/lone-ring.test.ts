import { afterEach, expect, test } from "@jest/globals";
import { claimMarker } from "../../../../../bucket/job-objects/marker.ts";
import { Queue } from "../../../../../headnode/queue/queue.ts";
import { waitUntil } from "../../../../../local/wait-until.ts";
import { MemoryStore } from "../../../../support/memory-store.ts";

const request = (prefix: string) => ({ prefix, submission: "s1", action: "run" }) as const;
const queues: Queue[] = [];
afterEach(() => {
  for (const queue of queues.splice(0)) queue.stop();
});

/** A queue whose first look is over, unless it is not started; its clock stands still. */
async function lookedQueue({ starts = true, fails = false, before = [] as string[] } = {}) {
  const store = new MemoryStore();
  const claim = async (prefix: string) => {
    const marker = { version: 1, ...request(prefix), requestedAt: "", dispatcher: "i" } as const;
    await claimMarker(store, marker, { etag: "e", time: 1, metadata: {} });
  };
  for (const prefix of before) await claim(prefix);
  const taken: string[] = [];
  const unseen: string[] = [];
  let now = 1_000_000;
  const hold = { unseen: Promise.resolve(true) };
  const queue = new Queue({
    store,
    requests: {
      take: async ({ prefix }) => {
        taken.push(prefix);
        if (fails) throw new Error("ENOSPC: no space left on device");
      },
      takeUnseen: ({ prefix }) => {
        unseen.push(prefix);
        return hold.unseen;
      },
    },
    journal: { active: () => undefined },
    unmarked: { begins: () => async () => undefined },
    remover: { has: () => false, keepOnly: () => undefined, remove: () => undefined },
    everyMs: 600_000,
    log: () => undefined,
    now: () => new Date(now),
  });
  queues.push(queue);
  if (starts) queue.start();
  await waitUntil(
    "the first look is over",
    async () => !starts || (fails ? taken.length > 0 : queue.looked !== undefined) || undefined,
    { deadline: 5_000 },
  );
  return {
    queue,
    claim,
    taken,
    unseen,
    hold,
    looks: () => (store.requests["list"] ?? 0) - Number(starts),
    skip: (ms: number) => {
      now += ms;
    },
  };
}

test("a command that comes alone makes no request for the queue", async () => {
  const q = await lookedQueue();
  for (const prefix of ["job1", "job2"]) {
    await q.claim(prefix);
    await q.queue.rung(request(prefix));
    q.skip(10_000);
  }
  expect([q.looks(), q.unseen, q.taken]).toEqual([0, ["job1", "job2"], []]);
});

test("two at once: one look", async () => {
  const q = await lookedQueue();
  for (const prefix of ["job1", "job2"]) await q.claim(prefix);
  await Promise.all([q.queue.rung(request("job1")), q.queue.rung(request("job2"))]);
  expect([q.looks(), q.unseen]).toEqual([1, ["job1"]]);
  expect(q.taken).toContain("job2");
});

test("not alone is one that comes within ten seconds, or while the one before is not taken", async () => {
  const q = await lookedQueue();
  await q.queue.rung(request("job1"));
  q.skip(9_999);
  await q.queue.rung(request("job2"));
  expect([q.looks(), q.unseen]).toEqual([1, ["job1"]]);
  q.skip(10_000);
  let release = (_isTaken: boolean) => undefined as void;
  q.hold.unseen = new Promise((resolve) => {
    release = resolve;
  });
  const slow = q.queue.rung(request("job3"));
  q.skip(10_000);
  await q.queue.rung(request("job4"));
  release(true);
  await slow;
  expect([q.looks(), q.unseen]).toEqual([2, ["job1", "job3"]]);
});

test("none is alone while what the last look found is not in hand", async () => {
  const q = await lookedQueue({ fails: true, before: ["left"] });
  await q.queue.rung(request("job1")).catch(() => undefined);
  expect([q.looks(), q.unseen]).toEqual([1, []]);
});

test("none is alone before the first look", async () => {
  const q = await lookedQueue({ starts: false });
  await q.queue.rung(request("job1"));
  expect([q.looks(), q.unseen]).toEqual([1, []]);
});
