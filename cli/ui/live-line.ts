import getWidth from "fast-string-width";
import { printable } from "./printable.ts";
import { cut } from "./width.ts";

/** As much of a terminal's stream as is needed. */
export interface TerminalStream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

const ERASE_LINE = "\r\u001b[2K";

/**
 * One line at the bottom of a terminal that is written over again and again; on anything else than a
 * terminal it does not exist. Other lines go through `print`, so that they never run into it.
 */
export class LiveLine {
  readonly #stream: TerminalStream;
  readonly #enabled: boolean;
  #shown = "";

  constructor(stream: TerminalStream, enabled: boolean) {
    this.#stream = stream;
    this.#enabled = enabled;
  }

  /** Whether it is shown: requests made only for it can be left out otherwise. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** Writes `text` over what was there; it is cut to the width of the terminal. */
  show(text: string): void {
    if (!this.#enabled) return;
    // A terminal that does not know its size says 0.
    const width = (this.#stream.columns || 80) - 1;
    const shown = printable(text);
    const line = getWidth(shown) > width ? cut(shown, width) : shown;
    if (line === this.#shown) return;
    this.#shown = line;
    this.#stream.write(ERASE_LINE + line);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown === "") return;
    this.#shown = "";
    this.#stream.write(ERASE_LINE);
  }

  /** Writes a line of its own above it, through `write`. */
  print(write: () => void): void {
    const shown = this.#shown;
    this.clear();
    write();
    if (shown !== "") this.show(shown);
  }
}
