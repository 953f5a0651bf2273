import { describe, expect, test } from "@jest/globals";
import { lineText } from "../../../../cli/ui/line.ts";
import { COLOURS, PLAIN } from "../../../../cli/ui/style.ts";
import { type TableOptions, tableLines } from "../../../../cli/ui/table.ts";

/** As it is shown without colours, or with them. */
function shownTable(
  head: readonly string[],
  rows: Parameters<typeof tableLines>[1],
  { style = PLAIN, ...options }: TableOptions & { style?: typeof PLAIN },
): string[] {
  return tableLines(head, rows, options).map((line) => lineText(line, style));
}

describe("tables", () => {
  const rows = [
    [{ text: "解析-2026" }, { text: "completed", tone: "good" }],
    [{ text: "wave" }, { text: "" }],
  ] as const;

  test("are aligned for people, Japanese too", () => {
    expect(shownTable(["PREFIX", "OUTCOME"], rows, { columns: 80 })).toEqual([
      "PREFIX     OUTCOME",
      "解析-2026  completed",
      "wave",
    ]);
  });

  test("fit the terminal", () => {
    const lines = shownTable(["PREFIX", "OUTCOME"], rows, { columns: 19 });
    expect(lines[1]).toBe("解析-20…  completed");
  });

  test("are tabs without a head for programs", () => {
    expect(shownTable(["A", "B"], rows, { columns: undefined })).toEqual([
      "解析-2026\tcompleted",
      "wave\t",
    ]);
  });

  test("colours do not shift columns", () => {
    const [, line = ""] = shownTable(["A", "B"], rows, { columns: 80, style: COLOURS });
    expect(line).toContain("解析-2026  ");
    expect(line).toContain("\u001b[32mcompleted\u001b[39m");
  });
});
