import type { Readable } from "node:stream";

/** One line of a listing. */
export interface ObjectEntry {
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
}

/** An object as it was read. */
export interface StoredObject {
  body: Readable;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  versionId: string | undefined;
  lastModified: Date | undefined;
  /** User metadata; keys in lower case. */
  metadata: Readonly<Record<string, string>>;
}

export interface PutOptions {
  contentType?: string;
  metadata?: Record<string, string>;
  /** Only if the object still has this ETag. */
  ifMatch?: string;
}

/**
 * The few operations on a bucket that a job needs. Errors are thrown as they come, except the two that
 * callers decide on: a missing object and a failed condition are `undefined`.
 */
export interface ObjectStore {
  /** Every object whose key begins with `prefix`, in key order. */
  list(prefix: string): AsyncIterable<ObjectEntry>;
  get(key: string): Promise<StoredObject | undefined>;
  /** @returns the ETag, or undefined when `ifMatch` no longer holds or the object is gone */
  put(key: string, body: string | Uint8Array, options?: PutOptions): Promise<string | undefined>;
  /**
   * Uploads `size` bytes of the file at `path`, in parts when it is large.
   *
   * @returns the ETag
   * @throws CloudSubmitError `transfer` when the file is shorter by then
   */
  putFile(path: string, key: string, size: number, options?: PutOptions): Promise<string>;
  delete(key: string): Promise<void>;
}
