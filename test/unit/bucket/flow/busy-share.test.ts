import { expect, test } from "@jest/globals";
import { busyShare } from "../../../../bucket/flow/busy-share.ts";

test("the share is that of the time since it was asked last", () => {
  let [idle, active] = [10, 5];
  const thread = {
    eventLoopUtilization: (now?: Usage, before?: Usage) => {
      const [rest, work] = now
        ? [now.idle - (before?.idle ?? 0), now.active - (before?.active ?? 0)]
        : [idle, active];
      return { idle: rest, active: work, utilization: work / (rest + work) };
    },
  };
  const busy = busyShare(thread);
  [idle, active] = [11, 8];
  expect(busy()).toBe(0.75);
  [idle, active] = [15, 8];
  expect(busy()).toBe(0);
  expect(busyShare()()).toBeLessThanOrEqual(1);
});

interface Usage {
  idle: number;
  active: number;
}
