import { expect, test } from "@jest/globals";
import { inTurn } from "../../../bench/in-turn.ts";

test("each round begins with the next item, and has all of them", () => {
  const rounds = [0, 1, 2, 3].map((round) => inTurn(["a", "b", "c"], round).join(""));
  expect(rounds).toEqual(["abc", "bca", "cab", "abc"]);
  expect(inTurn([], 3)).toEqual([]);
});
