import { expect, test } from "@jest/globals";
import {
  formatHeartbeat,
  type Heartbeat,
  isAlive,
  parseHeartbeat,
} from "../../../protocol/heartbeat.ts";

const heartbeat: Heartbeat = {
  schema: 1,
  time: "2026-11-24T10:00:00.000Z",
  state: "running",
  everySeconds: 60,
  version: "1.2.3",
  startedAt: "2026-11-24T09:00:00.000Z",
  host: "ip-10-0-0-1",
  slurm: { version: "22.05.8", state: "ok" },
  jobs: { active: 2, waiting: 1 },
  lastReconcile: "2026-11-24T09:59:30.000Z",
};

test("what was written is read again, and what a later version adds is let through", () => {
  expect(parseHeartbeat(formatHeartbeat(heartbeat))).toEqual(heartbeat);
  expect(parseHeartbeat(JSON.stringify({ ...heartbeat, more: 1 }))).toEqual(heartbeat);
});

test.each(["", "{", "null", JSON.stringify({ ...heartbeat, schema: 2 })])(
  "%j is no heartbeat",
  (text) => {
    expect(parseHeartbeat(text)).toBeUndefined();
  },
);

test.each([
  ["just now", "2026-11-24T10:00:00.000Z", {}, true],
  ["two turns ago", "2026-11-24T10:02:30.000Z", {}, true],
  ["four turns ago", "2026-11-24T10:04:00.000Z", {}, false],
  ["by a clock that is behind", "2026-11-24T09:59:00.000Z", {}, true],
  ["the last one", "2026-11-24T10:00:01.000Z", { state: "stopped" as const }, false],
])("a heartbeat %s (%s, %j) is of an agent that lives: %j", (_name, now, changes, expected) => {
  expect(isAlive({ ...heartbeat, ...changes }, new Date(now))).toBe(expected);
});
