import getWidth from "fast-string-width";
import { type Line, lineText } from "./line.ts";
import type { TerminalStream } from "./live-line.ts";
import { PLAIN, type Style } from "./style.ts";
import { cut } from "./width.ts";

/** Some lines of a terminal that are written over again and again. Other lines go through `print`, above them. */
export class LiveTable {
  readonly #stream: TerminalStream & { rows?: number | undefined };
  readonly #style: Style;
  #shown = "";
  #count = 0;

  constructor(stream: TerminalStream & { rows?: number | undefined }, style: Style) {
    this.#stream = stream;
    this.#style = style;
  }

  /** Writes lines over those that were there: as many as the terminal has room for, each cut to its width. */
  show(lines: readonly Line[]): void {
    // A terminal that does not know its size says 0.
    const width = this.#stream.columns || 80;
    const room = Math.max(1, (this.#stream.rows || 24) - 2);
    const texts = lines.slice(0, room).map((line) => {
      const plain = lineText(line, PLAIN);
      // A line that goes on in the next row could not be found again.
      return getWidth(plain) > width ? cut(plain, width) : lineText(line, this.#style);
    });
    if (lines.length > room) texts.push("…");
    const text = texts.map((one) => `${one}\n`).join("");
    if (text === this.#shown) return;
    this.#stream.write(this.#erasing() + text);
    this.#shown = text;
    this.#count = texts.length;
  }

  /** Writes a line of its own above the table, through `write`. */
  print(write: () => void): void {
    const shown = this.#shown;
    const count = this.#count;
    if (count > 0) this.#stream.write(this.#erasing());
    write();
    if (count > 0) this.#stream.write(shown);
  }

  /** Goes to the first of the lines, and erases from there on. */
  #erasing(): string {
    return this.#count === 0 ? "" : `\u001b[${this.#count}A\r\u001b[J`;
  }
}
