import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import { askedFor, countOf, refuseToSave } from "../../../bench/asked.ts";

let said: string[];

beforeEach(() => {
  said = [];
  jest.spyOn(console, "error").mockImplementation((line: string) => void said.push(line));
  jest.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${String(code)}`);
  });
});
afterEach(() => void jest.restoreAllMocks());

describe("an option that counts something", () => {
  test("is any whole number from the least on, however it is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.boolean(), (number, isShort) => {
        expect(countOf("many", isShort ? number.toExponential(20) : `${number}`)).toBe(number);
      }),
    );
    expect(countOf("sparse", "200e9")).toBe(200e9);
    expect(countOf("seed", "0", 0)).toBe(0);
    expect(countOf("rounds", undefined)).toBeUndefined();
  });

  test.each(["", " ", "x", "0", "-1", "1.5", "NaN", "Infinity", "1e400", "5 runs", "５"])(
    "is not %p: one line, and exit code 2",
    (text) => {
      expect(() => countOf("rounds", text)).toThrow("exit 2");
      expect(said).toEqual([`--rounds: give a whole number, at least 1, not "${text}"`]);
    },
  );
});

test("options come back as they were given; one that there is not is one line, and exit code 2", () => {
  const options = { quick: { type: "boolean", default: false }, only: { type: "string" } } as const;
  expect({ ...askedFor(options, ["--quick"]) }).toEqual({ quick: true });
  for (const wrong of ["--slow", "--only", "--quick=1", "word"])
    expect(() => askedFor(options, [wrong])).toThrow("exit 2");
  expect(said).toHaveLength(4);
  for (const line of said) expect(line).toMatch(/^[^\n]+$/);
});

test("what the page does not show is not saved", () => {
  refuseToSave(false, { quick: true, many: 5 });
  refuseToSave(true, { quick: false, many: undefined });
  expect(() => refuseToSave(true, { quick: false, many: 5 })).toThrow("exit 2");
  expect(said).toEqual(["--save: with --many nothing is measured that the page shows"]);
});
