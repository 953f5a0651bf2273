import { malformed } from "./response-head.ts";

/** Longest line between chunks, and all trailers together: S3 has no extensions, and its trailers are short. */
const LINE_MAX = 16 * 1024;

/** Parsed start of a piece of a chunked body. */
export interface Taken {
  /** Bytes of the piece that were looked at. */
  used: number;
  /** Those of them that are the body's. */
  data: Buffer | undefined;
}

/** Finds the bytes of a body that is sent in chunks. Source: RFC 9112, "chunked transfer coding". */
export class ChunkedBody {
  #phase: "size" | "data" | "data end" | "trailers" | "done" = "size";
  /** Bytes of this chunk that are yet to come. */
  #left = 0;
  /** A line that is not complete. */
  #line = "";
  /** Characters of trailers. */
  #trailers = 0;

  get isDone(): boolean {
    return this.#phase === "done";
  }

  /**
   * Looks at the beginning of a piece that is not empty.
   *
   * @throws S3Error `MalformedResponse`
   */
  take(bytes: Buffer): Taken {
    if (this.#phase === "data") {
      const data = bytes.subarray(0, this.#left);
      this.#left -= data.length;
      if (this.#left === 0) this.#phase = "data end";
      return { used: data.length, data };
    }
    const end = bytes.indexOf(0x0a);
    const used = end < 0 ? bytes.length : end + 1;
    this.#line += bytes.toString("latin1", 0, used);
    if (this.#line.length + this.#trailers > LINE_MAX)
      throw malformed("a line between its chunks is too long");
    if (end >= 0) {
      const line = this.#line.replace(/\r?\n$/, "");
      this.#line = "";
      this.#next(line);
    }
    return { used, data: undefined };
  }

  #next(line: string): void {
    if (this.#phase === "data end") {
      if (line !== "") throw malformed("a chunk is longer than it says");
      this.#phase = "size";
    } else if (this.#phase === "trailers") {
      if (line === "") this.#phase = "done";
      this.#trailers += line.length + 2;
    } else {
      const size = /^([0-9a-f]{1,12})\s*(?:;|$)/i.exec(line)?.[1];
      if (size === undefined) throw malformed("the length of a chunk is no number");
      this.#left = Number.parseInt(size, 16);
      this.#phase = this.#left === 0 ? "trailers" : "data";
    }
  }
}
