/** Time-outs for S3, in milliseconds. Without them a server that says nothing would be waited for for ever. */
export const S3_TIMEOUTS = {
  connectionTimeout: 5_000,
  /** Without an answer, or without a further piece of one. */
  socketTimeout: 20_000,
  /**
   * Without an answer to a request with a body, or without a piece of the body being taken: what the
   * system has taken, up to 4 MiB a connection on Linux (tcp_wmem), may take long on a slow line.
   */
  bodySentTimeout: 60_000,
};
