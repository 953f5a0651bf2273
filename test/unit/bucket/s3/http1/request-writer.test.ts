import type { Socket } from "node:net";
import { afterEach, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import { Paced } from "../../../../../bucket/s3/http1/paced.ts";
import { RequestWriter } from "../../../../../bucket/s3/http1/request-writer.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

afterEach(() => void jest.restoreAllMocks());

/** A connection whose system takes each piece after so many milliseconds; the pieces that it took, in KiB. */
function connection(millisecondsOf: (bytes: number) => number, isEncrypted = false) {
  const taken: number[] = [];
  let now = 0;
  jest.spyOn(performance, "now").mockImplementation(() => now);
  const socket = {
    ...(isEncrypted && { encrypted: true }),
    write: (bytes: string | Uint8Array, ...more: unknown[]) => {
      const done = more.at(-1);
      if (typeof bytes === "string" || typeof done !== "function") return true;
      taken.push(bytes.length / KiB);
      now += millisecondsOf(bytes.length);
      setImmediate(done as () => void);
      return true;
    },
  };
  const writer = new RequestWriter(socket as unknown as Socket, {
    piece: MiB,
    paced: new Paced(undefined),
    onTaken: () => undefined,
  });
  const send = async (length: number) => {
    const body = Buffer.alloc(length);
    taken.length = 0;
    const request = { method: "PUT", head: "PUT / HTTP/1.1\r\n\r\n", body, length };
    const to = { left: length, isWanted: () => true, onSent: () => undefined };
    await writer.write(request, to);
    return [...taken];
  };
  return { send };
}

test("pieces become larger while they are taken at once, and a body begins with what the last one came to", async () => {
  const { send } = connection(() => 0);
  expect(await send(2 * MiB)).toEqual([64, 128, 256, 512, 1024, 64]);
  expect(await send(2 * MiB)).toEqual([1024, 1024]);
});

test("on a slow line they become smaller, and stay so for the next body", async () => {
  const { send } = connection((bytes) => bytes / 64);
  const first = await send(MiB);
  expect(Math.max(...first)).toBe(64);
  const [next] = await send(MiB);
  expect(next).toBe(16);
});

test("encrypted, no more than a sixteenth of a body, or 128 KiB, is held once more", async () => {
  const { send } = connection(() => 0, true);
  expect(await send(MiB)).toEqual([64, 128, 128, 128, 128, 128, 128, 128, 64]);
  expect(Math.max(...(await send(8 * MiB)))).toBe(512);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 64 * KiB + 1, max: 16 * MiB }), async (length) => {
      const taken = await send(length);
      expect(taken.reduce((sum, piece) => sum + piece, 0) * KiB).toBe(length);
      const most = Math.max(128 * KiB, Math.ceil(length / 16));
      expect(Math.max(...taken) * KiB).toBeLessThanOrEqual(Math.min(MiB, most));
    }),
  );
});
