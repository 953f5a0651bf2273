import { styleText } from "node:util";

/** Emphasis on a terminal; without colours every one leaves the text as it is. */
export interface Style {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

const plain = (text: string) => text;

/** No emphasis. */
export const PLAIN: Style = { good: plain, bad: plain, warn: plain, dim: plain, bold: plain };

/** Emphasis by ANSI codes. */
export const COLOURS: Style = {
  good: (text) => styleText("green", text),
  bad: (text) => styleText("red", text),
  warn: (text) => styleText("yellow", text),
  dim: (text) => styleText("dim", text),
  bold: (text) => styleText("bold", text),
};

/**
 * Whether to use colours on a stream: NO_COLOR (no-color.org), FORCE_COLOR and TERM=dumb are obeyed.
 */
export function wantsColour(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return isTerminal && env.TERM !== "dumb";
}
