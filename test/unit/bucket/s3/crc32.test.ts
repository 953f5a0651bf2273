import { crc32 } from "node:zlib";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { combineCrc32, encodeCrc32 } from "../../../../bucket/s3/crc32.ts";

test("two checksums combine into that of both pieces", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      const whole = crc32(Buffer.concat([a, b]));
      return combineCrc32(crc32(a), crc32(b), b.length) === whole;
    }),
  );
});

test("pieces beyond 4 GiB: zeros appended in two steps are zeros appended in one", () => {
  const zeros = (length: number): number =>
    length === 0
      ? 0
      : combineCrc32(
          zeros(Math.floor(length / 2)),
          zeros(length - Math.floor(length / 2)),
          length - Math.floor(length / 2),
        );
  expect(zeros(0)).toBe(0);
  const [a, b] = [3 * 2 ** 40, 2 ** 33 + 5];
  const start = crc32("x");
  expect(combineCrc32(combineCrc32(start, 0, a), 0, b)).toBe(combineCrc32(start, 0, a + b));
});

test("a checksum is written as S3 writes it", () => {
  expect(encodeCrc32(crc32("hello world"))).toBe("DUoRhQ==");
});
