import { expect, test } from "@jest/globals";
import { replaceBlock, table } from "../../../../bench/report/markdown.ts";

test("a block is replaced, and nothing else", () => {
  const page =
    "a\n<!-- measured: x -->\nold\n<!-- end -->\nb\n<!-- measured: y -->\n<!-- end -->\n";
  expect(replaceBlock(page, "x", "new")).toBe(page.replace("old", "new"));
  expect(replaceBlock(page, "y", "new")).toContain("b\n<!-- measured: y -->\nnew\n<!-- end -->\n");
});

test("a page without the block is an error", () => {
  expect(() => replaceBlock("<!-- end -->", "x", "new")).toThrow("measured: x");
});

test("tables have a rule below their head", () => {
  expect(table(["a", "b"], [["1", "2"]])).toBe("| a | b |\n|---|---|\n| 1 | 2 |");
});
