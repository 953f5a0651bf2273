import { expect, test } from "@jest/globals";
import { cut, padTo } from "../../../../cli/ui/width.ts";

test("widths count columns", () => {
  expect([padTo("日本", 6), cut("日本語", 5), cut("abc", 3)]).toEqual(["日本  ", "日本…", "abc"]);
});
