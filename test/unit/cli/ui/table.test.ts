import { describe, expect, test } from "@jest/globals";
import { COLOURS, PLAIN } from "../../../../cli/ui/style.ts";
import { tableLines } from "../../../../cli/ui/table.ts";

describe("tables", () => {
  const rows = [
    [{ text: "解析-2026" }, { text: "completed", tone: "good" }],
    [{ text: "wave" }, { text: "" }],
  ] as const;

  test("are aligned for people, Japanese too", () => {
    expect(tableLines(["PREFIX", "OUTCOME"], rows, { columns: 80, style: PLAIN })).toEqual([
      "PREFIX     OUTCOME",
      "解析-2026  completed",
      "wave",
    ]);
  });

  test("fit the terminal", () => {
    const lines = tableLines(["PREFIX", "OUTCOME"], rows, { columns: 19, style: PLAIN });
    expect(lines[1]).toBe("解析-20…  completed");
  });

  test("are tabs without a head for programs", () => {
    expect(tableLines(["A", "B"], rows, { columns: undefined, style: PLAIN })).toEqual([
      "解析-2026\tcompleted",
      "wave\t",
    ]);
  });

  test("colours do not shift columns", () => {
    const [, line = ""] = tableLines(["A", "B"], rows, { columns: 80, style: COLOURS });
    expect(line).toContain("解析-2026  ");
    expect(line).toContain("\u001b[32mcompleted\u001b[39m");
  });
});
