/**
 * Time-outs for S3 clients, in milliseconds. The SDK has none of its own: a server that accepts a request
 * and then says nothing would hold it for ever.
 */
export const S3_TIMEOUTS = { connectionTimeout: 5_000, socketTimeout: 20_000 };
