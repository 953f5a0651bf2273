import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** A part of a line; `tone` emphasises it where there are colours. */
export interface Part {
  text: string;
  tone?: keyof Style | undefined;
}

/** Divides the fields of a line that is for programs. */
export const TAB = Symbol("tab");

/** One line of output. A terminal obeys no control character in its texts. */
export type Line = string | readonly (string | Part | typeof TAB)[];

/**
 * A line as it is written to a stream: the one place where text becomes what a terminal gets. Its only control
 * characters are those of `style`, the tabs between fields and the line end that the caller adds.
 */
export function lineText(line: Line, style: Style): string {
  if (typeof line === "string") return printable(line);
  return line
    .map((part) => {
      if (part === TAB) return "\t";
      if (typeof part === "string") return printable(part);
      const text = printable(part.text);
      return part.tone === undefined ? text : style[part.tone](text);
    })
    .join("");
}
