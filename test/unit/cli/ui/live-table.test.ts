import { expect, test } from "@jest/globals";
import { LiveTable } from "../../../../cli/ui/live-table.ts";
import { PLAIN } from "../../../../cli/ui/style.ts";

/** A terminal of some rows: what one would see on it. */
function terminal(columns: number, rows: number) {
  const lines = [""];
  const write = (text: string) => {
    for (const part of text.replaceAll("\u001b", "^").split(/(\^\[\d*[AJ]|\n|\r)/)) {
      const up = /\[(\d+)A/.exec(part)?.[1];
      if (up !== undefined) lines.splice(lines.length - 1 - Number(up) + 1);
      else if (part.endsWith("J")) lines[lines.length - 1] = "";
      else if (part === "\n") lines.push("");
      else if (part !== "\r") lines[lines.length - 1] += part;
    }
  };
  return { stream: { columns, rows, write }, lines };
}

test("writes over itself, and other lines stay above it", () => {
  const { stream, lines } = terminal(20, 10);
  const table = new LiveTable(stream, PLAIN);
  table.print(() => stream.write("before\n"));
  table.show(["HEAD", "a 1", "b 1"]);
  table.show(["HEAD", "a 2"]);
  expect(lines).toEqual(["before", "HEAD", "a 2", ""]);
  table.print(() => stream.write("note\n"));
  expect(lines).toEqual(["before", "note", "HEAD", "a 2", ""]);
});

test("never has a line that goes on in the next row, or more lines than there is room for", () => {
  const { stream, lines } = terminal(6, 5);
  new LiveTable(stream, PLAIN).show(["HEAD", "123456789", "b", "c", "d"]);
  expect(lines).toEqual(["HEAD", "12345…", "b", "…", ""]);
});
