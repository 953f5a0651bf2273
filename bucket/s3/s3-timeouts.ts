/** Time-outs for S3, in milliseconds. While a slow line brings anything at all, and while bodies may be on it, they are longer. */
export interface S3Timeouts {
  connectionTimeout: number;
  /** Without a response, without a further piece of one, and without a piece of a body being taken. */
  socketTimeout: number;
  /** For one attempt from beginning to end, however much it brings; undefined: no such limit. */
  requestTimeout?: number;
}

/** Without them a server that says nothing would be waited for for ever. */
export const S3_TIMEOUTS: S3Timeouts = {
  // Over satellites, and on a line that is full, the way there and back takes seconds.
  connectionTimeout: 15_000,
  socketTimeout: 20_000,
};

/** A host with several addresses may have them tried one after the other. */
export const ADDRESSES_TRIED = 4;
