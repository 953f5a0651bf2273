import { expect, test } from "@jest/globals";
import { LINES, lineName } from "../../../../bench/transfer/lines.ts";

test("lines are named by their rate, the way there and back, and what is lost", () => {
  expect(lineName({ rate: 1e9, delay: 0.15, loss: 0.01 })).toBe("1 Gbit/s, 300 ms, 1 % lost");
  expect(lineName({ rate: 10e6, delay: 0.05, loss: 0 })).toBe("10 Mbit/s, 100 ms, 0 % lost");
  expect(new Set(LINES.map(lineName)).size).toBe(LINES.length);
});
