import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { nearNames } from "../../../../cli/output/near-names.ts";

test("three at most, the nearest first", () => {
  const names = ["out/b.csv", "out/a.csv", "a.csv", "out/aa.csv", "log"];
  expect(nearNames("out/a.csv", names)).toEqual(["out/a.csv", "a.csv", "out/b.csv"]);
});

test("names of any kind and length are compared, and no other is made up", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.array(fc.string()), (wanted, names) => {
      for (const near of nearNames(wanted, names)) expect(names).toContain(near);
      expect(nearNames("x".repeat(10_000), ["x".repeat(10_000)])).toHaveLength(1);
    }),
  );
});
