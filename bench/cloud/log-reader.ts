import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";

/** Reads what is appended to a log, line by line; lines that parse to undefined are left out. */
export class LogReader<T> {
  readonly #file: string;
  readonly #parse: (line: string) => T | undefined;
  #position = 0;
  #rest = "";

  constructor(file: string, parse: (line: string) => T | undefined) {
    this.#file = file;
    this.#parse = parse;
  }

  /** Everything that came since the last call. */
  take(): T[] {
    if (!existsSync(this.#file)) return [];
    const size = statSync(this.#file).size;
    const chunk = Buffer.alloc(Math.max(size - this.#position, 0));
    const file = openSync(this.#file, "r");
    try {
      const read = readSync(file, chunk, 0, chunk.length, this.#position);
      this.#position += read;
      const lines = (this.#rest + chunk.toString("utf8", 0, read)).split("\n");
      this.#rest = lines.pop() ?? "";
      return lines.filter((line) => line !== "").flatMap((line) => this.#parse(line) ?? []);
    } finally {
      closeSync(file);
    }
  }
}
