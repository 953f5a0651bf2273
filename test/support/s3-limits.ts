/** Bytes of a key, and of an object's metadata. Source: Amazon S3 User Guide, "object keys" and "user-defined metadata". */
export const KEY_MAX = 1024;
export const METADATA_MAX = 2048;
