import { describe, expect, test } from "@jest/globals";
import { readAhead } from "../../../../transfer/flow/read-ahead.ts";
import { collect } from "../../../support/collect.ts";
import { numbers, settle } from "../../../support/numbers.ts";

describe("readAhead", () => {
  test("gives everything in its order, and reads no further ahead than it may", async () => {
    let taken = 0;
    const ahead = readAhead(
      numbers(100, () => taken++),
      10,
    );
    await settle();
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThanOrEqual(11);
    expect(await collect(ahead)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  test("an error comes to the reader, and a reader that leaves ends the reading", async () => {
    const failing = readAhead(
      numbers(5, (n) => {
        if (n === 2) throw new Error("disk");
      }),
      10,
    );
    await expect(collect(failing)).rejects.toThrow("disk");
    let taken = 0;
    for await (const n of readAhead(
      numbers(1000, () => taken++),
      10,
    ))
      if (n === 5) break;
    await settle();
    expect(taken).toBeLessThan(30);
  });
});
