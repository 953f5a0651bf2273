/** Time-outs for S3, in milliseconds. */
export interface S3Timeouts {
  connectionTimeout: number;
  /** Without a response, or without a further piece of one. */
  socketTimeout: number;
  /** The same for a request with a large body, or without a piece of it being taken. */
  bodySentTimeout: number;
  /** For one attempt from beginning to end, however much it brings; undefined: no such limit. */
  requestTimeout?: number;
}

/** Without them a server that says nothing would be waited for for ever. */
export const S3_TIMEOUTS: S3Timeouts = {
  connectionTimeout: 5_000,
  socketTimeout: 20_000,
  // The send buffer, up to 4 MiB a connection on Linux (tcp_wmem), may take long on a slow line.
  bodySentTimeout: 60_000,
};
