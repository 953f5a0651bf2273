import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { QueuedRequest } from "../../../../bucket/job-objects/marker.ts";
import { fairOrder } from "../../../../headnode/queue/fair-order.ts";

interface Sketch {
  who: string;
  time: number;
  action?: "run" | "cancel";
  isTold?: boolean;
}

function queued({ who, time, action = "run", isTold = true }: Sketch, at: number): QueuedRequest {
  const asked = { etag: "e", time, account: "1", metadata: { submitter: who } };
  return {
    key: `k${String(at).padStart(5, "0")}`,
    request: { prefix: `j${at}`, action, submission: `s${at}` },
    asked: isTold ? asked : undefined,
    written: new Date(time),
  };
}

const sketches = fc.array(
  fc.record({
    who: fc.constantFrom("ada", "bob", "carl"),
    time: fc.nat(50),
    action: fc.constantFrom("run" as const, "run" as const, "cancel" as const),
    isTold: fc.boolean(),
  }),
  { maxLength: 40 },
);

test("the one request of a user comes second, whatever another one has asked for before", () => {
  const many = Array.from({ length: 5000 }, (_, at) => queued({ who: "ada", time: at }, at));
  const order = fairOrder([...many, queued({ who: "bob", time: 9000 }, 5000)]);
  expect(order[1]?.request.prefix).toBe("j5000");
  expect(order).toHaveLength(5001);
});

test("who gives a name of their own to each request has one turn, where prefixes begin with a name", () => {
  const lies = Array.from({ length: 1000 }, (_, at) => queued({ who: `x${at}`, time: at }, at));
  const forged = lies.map((one, at) => ({
    ...one,
    request: { ...one.request, prefix: `mallory--${at}` },
  }));
  const honest = queued({ who: "alice", time: 9000 }, 1000);
  const own = { ...honest, request: { ...honest.request, prefix: "alice--a" } };
  expect(fairOrder([...forged, own])[1]?.request.prefix).toBe("alice--a");
});

test("nothing is lost or doubled; cancels come first; each one's own are by time; nobody is passed over", () => {
  fc.assert(
    fc.property(sketches, (drawn) => {
      const all = drawn.map(queued);
      const order = fairOrder(all);
      expect(order.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(all);
      const firstRun = order.findIndex(({ request }) => request.action === "run");
      const runs = firstRun < 0 ? [] : order.slice(firstRun);
      expect(runs.every(({ request }) => request.action === "run")).toBe(true);
      const who = (one: QueuedRequest) => one.asked?.metadata.submitter ?? "";
      const count = new Map<string, number>();
      for (const [at, run] of runs.entries()) {
        const turn = count.get(who(run)) ?? 0;
        count.set(who(run), turn + 1);
        const earlier = runs.slice(0, at);
        for (const other of new Set(runs.slice(at).map(who)))
          expect(earlier.filter((one) => who(one) === other).length).toBeGreaterThanOrEqual(
            Math.min(turn, runs.filter((one) => who(one) === other).length),
          );
        for (const one of earlier.filter((before) => who(before) === who(run)))
          expect(one.written!.getTime()).toBeLessThanOrEqual(run.written!.getTime());
      }
    }),
  );
});

test("the order does not depend on that of the listing", () => {
  fc.assert(
    fc.property(sketches, (drawn) => {
      const all = drawn.map(queued);
      expect(fairOrder(all.toReversed())).toEqual(fairOrder(all));
    }),
  );
});
