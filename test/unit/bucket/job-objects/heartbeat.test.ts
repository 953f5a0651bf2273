import { expect, test } from "@jest/globals";
import {
  NEVER_LOOKED,
  readHeartbeat,
  readLooked,
  writeHeartbeat,
} from "../../../../bucket/job-objects/heartbeat.ts";
import {
  HEARTBEAT_KEY,
  HEARTBEAT_MAX_BYTES,
  parseHeartbeat,
} from "../../../../protocol/heartbeat.ts";
import { heartbeatText } from "../../../support/heartbeat.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

test("a heartbeat is read back", async () => {
  const store = new MemoryStore();
  const heartbeat = parseHeartbeat(heartbeatText())!;
  await writeHeartbeat(store, heartbeat);
  expect(await readHeartbeat(store)).toEqual(heartbeat);
});

test.each(["", "{", "null", heartbeatText().padEnd(HEARTBEAT_MAX_BYTES + 1)])(
  "what is no heartbeat, or too long for one, is none (%#)",
  async (text) => {
    const store = new MemoryStore();
    expect(await readHeartbeat(store)).toBeUndefined();
    await store.put(HEARTBEAT_KEY, text);
    expect(await readHeartbeat(store)).toBeUndefined();
  },
);

test("how far the agent has looked is told by S3's clock, whatever the Head Node's says", async () => {
  const store = new MemoryStore();
  const written = new Date("2026-11-28T12:00:00Z");
  store.now = () => written;
  const looks = async (time: string, looked?: string) => {
    const more = { time, ...(looked !== undefined && { looked }) };
    await store.put(HEARTBEAT_KEY, heartbeatText(more));
    return readLooked(store);
  };
  const at = (seconds: number) => new Date(written.getTime() + seconds * 1000);
  for (const day of ["2020-01-01", "2026-11-28", "2038-01-19"])
    expect(await looks(`${day}T03:00:30.500Z`, `${day}T03:00:20.000Z`)).toEqual({
      at: at(-10.5),
      left: new Set(),
      needsCommands: false,
      aliveUntil: at(180),
    });
  // Set back between the two.
  expect(await looks("2026-11-28T03:00:00Z", "2026-11-28T04:00:00Z")).toMatchObject({ at: at(0) });
  expect(await looks("2026-11-28T03:00:00Z")).toEqual({
    at: undefined,
    left: new Set(),
    needsCommands: true,
    aliveUntil: at(180),
  });
  await store.put(HEARTBEAT_KEY, heartbeatText({ state: "stopped" }));
  expect(await readLooked(store)).toMatchObject({ aliveUntil: at(0) });
});

test.each([undefined, "{", heartbeatText({ looked: "yesterday" })])(
  "of an agent without a heartbeat that can be read (%#) nothing is known",
  async (text) => {
    const store = new MemoryStore();
    if (text !== undefined) await store.put(HEARTBEAT_KEY, text);
    expect(await readLooked(store)).toEqual(NEVER_LOOKED);
  },
);
