import { expect, test } from "@jest/globals";
import { replaceBlock, table } from "../../../../bench/report/markdown.ts";

test("a block is replaced on the page that has it, and nothing else", () => {
  const page =
    "a\n<!-- measured: x -->\nold\n<!-- end -->\nb\n<!-- measured: y -->\n<!-- end -->\n";
  expect(replaceBlock(["c", page], "x", "new")).toEqual(["c", page.replace("old", "new")]);
  expect(replaceBlock([page], "y", "new")[0]).toContain(
    "b\n<!-- measured: y -->\nnew\n<!-- end -->\n",
  );
});

test("a block that no page has, or two, is an error", () => {
  expect(() => replaceBlock(["<!-- end -->"], "x", "new")).toThrow("measured: x");
  const page = "<!-- measured: x -->\n<!-- end -->\n";
  expect(() => replaceBlock([page, page], "x", "new")).toThrow("measured: x");
  expect(() => replaceBlock(["<!-- measured: x -->"], "x", "new")).toThrow("has no");
});

test("tables have a rule below their head", () => {
  expect(table(["a", "b"], [["1", "2"]])).toBe("| a | b |\n|---|---|\n| 1 | 2 |");
});
