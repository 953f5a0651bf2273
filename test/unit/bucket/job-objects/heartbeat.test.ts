import { expect, test } from "@jest/globals";
import { readHeartbeat, writeHeartbeat } from "../../../../bucket/job-objects/heartbeat.ts";
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
