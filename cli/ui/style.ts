/** Emphasis on a terminal; without colours every one leaves the text as it is. */
export interface Style {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  dim(text: string): string;
}

const plain = (text: string) => text;

/** No emphasis. */
export const PLAIN: Style = { good: plain, bad: plain, warn: plain, dim: plain };

const ansi = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

/** Emphasis by ANSI codes. Source: ECMA-48, "SGR - SELECT GRAPHIC RENDITION". */
export const COLOURS: Style = {
  good: ansi(32, 39),
  bad: ansi(31, 39),
  warn: ansi(33, 39),
  dim: ansi(2, 22),
};

/** Whether to use colours on a stream: NO_COLOR (no-color.org), FORCE_COLOR and TERM=dumb are obeyed. */
export function wantsColour(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return isTerminal && env.TERM !== "dumb";
}
