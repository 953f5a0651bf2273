import { expect, test } from "@jest/globals";
import { OBJECT_MAX } from "../../../bucket/object-limit.ts";
import { PARTS_MAX, partSize, SINGLE_PUT_MAX } from "../../../bucket/part-size.ts";

test("the part size keeps within 10,000 parts up to 5 TiB", () => {
  expect(partSize(SINGLE_PUT_MAX)).toBeUndefined();
  for (const size of [SINGLE_PUT_MAX + 1, 1e9, 1e12, 5 * 2 ** 40]) {
    const part = partSize(size) ?? 0;
    expect(Math.ceil(size / part)).toBeLessThanOrEqual(10_000);
    expect(part).toBeGreaterThanOrEqual(5 * 2 ** 20);
    expect(part).toBeLessThanOrEqual(5 * 2 ** 30);
  }
});

const MiB = 2 ** 20;

test.each([
  // Bytes; of a part, in MiB; parts; bytes of the last one.
  [PARTS_MAX * 8 * MiB, 8, 10_000, 8 * MiB],
  [PARTS_MAX * 8 * MiB + 1, 9, 8889, 8 * MiB + 1],
  [200e9, 20, 9537, 200e9 - 9536 * 20 * MiB],
  [PARTS_MAX * 20 * MiB, 20, 10_000, 20 * MiB],
  [5 * 2 ** 40, 525, 9987, 5 * 2 ** 40 - 9986 * 525 * MiB],
  [OBJECT_MAX, 5120, 10_000, 5120 * MiB],
])("%d bytes go up in parts of %d MiB: %d of them", (size, megabytes, parts, last) => {
  const part = partSize(size) ?? 0;
  expect([part / MiB, Math.ceil(size / part)]).toEqual([megabytes, parts]);
  expect(size - (parts - 1) * part).toBe(last);
  expect(last).toBeGreaterThan(0);
  expect(last).toBeLessThanOrEqual(part);
});
