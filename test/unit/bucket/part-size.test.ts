import { expect, test } from "@jest/globals";
import { partSize, SINGLE_PUT_MAX } from "../../../bucket/part-size.ts";

test("the part size keeps within 10,000 parts up to 5 TiB", () => {
  expect(partSize(SINGLE_PUT_MAX)).toBeUndefined();
  for (const size of [SINGLE_PUT_MAX + 1, 1e9, 1e12, 5 * 2 ** 40]) {
    const part = partSize(size) ?? 0;
    expect(Math.ceil(size / part)).toBeLessThanOrEqual(10_000);
    expect(part).toBeGreaterThanOrEqual(5 * 2 ** 20);
    expect(part).toBeLessThanOrEqual(5 * 2 ** 30);
  }
});
