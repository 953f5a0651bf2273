import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  type FieldKind,
  type PrintStyle,
  printFields,
} from "../../../../../cli/slurm/view/print-fields.ts";

const show = (text: string | undefined, width: number, kind: FieldKind) =>
  printFields([{ name: "Field", width, kind, text: () => text }], [{}], { hasHeader: false });

/** A cell as `print_fields_str` of src/common/print_fields.c prints it, in its own steps, for one byte a character. */
function printText(value: string | undefined, len: number): string {
  const most = Math.abs(len);
  let text = value ?? " ";
  if (value !== undefined) {
    text = value.slice(0, most);
    if (value.length > most && most > 0) text = `${text.slice(0, most - 1)}+`;
  }
  text = text.slice(0, most);
  return `${len < 0 ? text.padEnd(most) : text.padStart(most)} \n`;
}

test("text is cut with a sign, as sacct cuts it", () => {
  fc.assert(
    fc.property(
      fc.record({
        text: fc.oneof(fc.constant(undefined), fc.stringMatching(/^[ -~]{0,24}$/)),
        width: fc.integer({ min: -20, max: 20 }),
      }),
      ({ text, width }) => {
        expect(show(text, width, "text")).toBe(printText(text, width));
      },
    ),
  );
});

test("a number is never cut", () => {
  fc.assert(
    fc.property(
      fc.record({ number: fc.nat(), width: fc.integer({ min: -20, max: 20 }) }),
      ({ number, width }) => {
        const most = Math.abs(width);
        const text = String(number);
        expect(show(text, width, "number")).toBe(
          `${width < 0 ? text.padEnd(most) : text.padStart(most)} \n`,
        );
      },
    ),
  );
});

test.each([
  [{ hasHeader: true }, "Field   A \n------ -- \n    12    \n"],
  [{ hasHeader: true, delimiter: "|" }, "Field|A\n12|\n"],
  [{ hasHeader: true, delimiter: "|", endsWithDelimiter: true }, "Field|A|\n12||\n"],
  [{ hasHeader: false, delimiter: ", " }, "12, \n"],
] as [PrintStyle, string][])("%j", (style, out) => {
  const fields = [
    { name: "Field", width: -6, kind: "text" as const, text: () => "    12" },
    { name: "A", width: 2, kind: "number" as const, text: () => undefined },
  ];
  const shown = printFields(fields, [{}], style);
  expect(style.delimiter === undefined ? shown : shown.replace("    12", "12")).toBe(out);
});
