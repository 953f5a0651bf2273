import { describe, expect, test } from "@jest/globals";
import { TokenBucket } from "../../../../local/ssm/token-bucket.ts";

describe("TokenBucket", () => {
  test("lets two seconds' worth through at once, and its rate in the long run", () => {
    let clock = 0;
    const bucket = new TokenBucket(10, () => clock);
    const taken = () => Array.from({ length: 100 }, () => bucket.take()).filter(Boolean).length;
    expect(taken()).toBe(20);
    clock += 1000;
    expect(taken()).toBe(10);
    clock += 3_600_000;
    expect(taken()).toBe(20);
  });
});
