/** One request as it goes over the wire. */
export interface WireRequest {
  method: string;
  /** The request line and the headers, with the empty line that ends them; one byte a character. */
  head: string;
  /** In pieces when it does not fit into memory. */
  body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Bytes of the body. */
  length: number;
}
