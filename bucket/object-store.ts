import type { Readable } from "node:stream";
import type { Checksum } from "./checksum.ts";
import type { FileStats } from "./disk/file-stats.ts";
import type { FileProperties, NewFiles } from "./disk/new-files.ts";
import type { OpenRules } from "./disk/open-to-read.ts";
import type { MetadataItem } from "./has-metadata.ts";

/** One line of a listing. */
export interface ObjectEntry {
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  /** undefined: the server does not say. */
  lastModified: Date | undefined;
}

/** A listing's entry for all keys that go on after the delimiter. */
export interface CommonPrefix {
  /** Ends with the delimiter. */
  commonPrefix: string;
}

export interface ListOptions {
  /** Keys that hold this after the prefix are folded into one CommonPrefix each. */
  delimiter: string;
}

/** Properties of an object besides its bytes. */
export interface ObjectFacts {
  /** Bytes of the whole object. */
  size: number;
  /** Without quotes. */
  etag: string;
  versionId: string | undefined;
  lastModified: Date | undefined;
  /** When it was read, by the server's clock; undefined: the server does not say. */
  answered?: Date | undefined;
  /** User metadata; keys in lower case. */
  metadata: Readonly<Record<string, string>>;
}

/** An object as it was read. */
export interface StoredObject extends ObjectFacts {
  /** The object, or the range of it that was asked for. */
  body: Readable;
}

export interface GetOptions {
  /** Bytes to read: from `start` up to, not including, `end` (undefined: the object's end). */
  range?: { start: number; end?: number };
  /** Only if the object still has this ETag. */
  ifMatch?: string;
  /** Only if the object has another ETag; otherwise the error `NotModified` is thrown. A server may not know it. */
  ifNoneMatch?: string | undefined;
  /** This version of the object, not the newest. */
  versionId?: string;
}

/** Content type and metadata of an object. */
export interface ObjectOptions {
  contentType?: string;
  /** Printable ASCII, 2 KiB in all; keys become lower case. */
  metadata?: Record<string, string>;
}

/** Hears of a write. */
interface VersionListener {
  /** Called with the version id of what was written, where S3 keeps versions and says so. */
  onVersion?: ((versionId: string) => void) | undefined;
  /** Called with the checksum of what was written. */
  onChecksum?: ((checksum: Checksum) => void) | undefined;
  /** Called when S3 says that the ETag of what was written does not depend on the content alone. */
  onOpaqueEtag?: (() => void) | undefined;
}

export interface PutOptions extends ObjectOptions, VersionListener {
  /** Only if the object still has this ETag. */
  ifMatch?: string | undefined;
  /** Only if there is no such object. */
  ifAbsent?: boolean;
}

export interface PutFileOptions
  extends ObjectOptions,
    VersionListener,
    Pick<OpenRules, "within" | "noFollow"> {
  /** Called with the number of bytes that S3 has acknowledged, or has had already, since the last call. */
  onBytes?: ((bytes: number) => void) | undefined;
  /**
   * Called with the stats of the very file that was read, as they were when all of it had been: what changes later is not in
   * the object. Not called for what is sent in parts.
   */
  onRead?: (stats: FileStats) => void;
}

/** Which one of those that a key has had. */
export interface ExactVersion {
  versionId: string | undefined;
  /** Metadata that it has to have; looked for before any byte is kept, in the very answer that brings the bytes. */
  holds?: MetadataItem | undefined;
}

export interface GetFileOptions {
  /** Size by a listing; undefined: ask first. */
  size?: number;
  /** The version wanted. When the object was replaced since, the new one is fetched, unless `exact`. */
  etag?: string;
  /** Nothing but `etag`: as the object is now, or else its version `versionId`. */
  exact?: ExactVersion | undefined;
  /** Called with the number of bytes that came since the last call; repeated bytes count again. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** How the file is made when it comes in one request; undefined: as any new file. */
  making?: Making | undefined;
}

/** How a file is made. */
export interface Making {
  files: NewFiles;
  /** Mode and time of the file, by its object's metadata; asked of the very answer that brings the bytes. */
  propertiesOf: (metadata: ObjectFacts["metadata"]) => FileProperties;
}

/** A file that was downloaded. */
export interface FetchedFile extends Omit<ObjectFacts, "lastModified" | "answered"> {
  /** How the bytes on disk were verified; "checksum": by one of another algorithm. */
  verified: "crc32" | "checksum" | "md5" | "size";
  checksum: Checksum;
  /** The file has the properties that were asked for: `making`. */
  hasProperties?: boolean;
}

/** An object as S3 tells of it without sending it. */
export interface ContentProof extends Pick<ObjectFacts, "size" | "versionId" | "metadata"> {
  /** The ETag is the MD5 of the content, or of its parts. */
  isEtagMd5: boolean;
  /** Of the whole content; undefined: S3 keeps none, or none that can be computed here. */
  checksum: Checksum | undefined;
}

/** One version of an object, or the delete marker that hides those before it. */
export interface ObjectVersion extends ObjectEntry {
  /** "null": it was written while the bucket kept no versions. */
  versionId: string;
  /** Whether it is what the key stands for now. */
  isLatest: boolean;
  /** A delete marker: it has neither bytes nor an ETag. */
  isMarker: boolean;
}

/** An object, or a version of one, that is to be removed. */
export interface Removal {
  key: string;
  /** This version, for good; undefined: the object as it is, of which a bucket with versions keeps what it was. */
  versionId?: string | undefined;
  /** Only if the object has this ETag. Servers other than S3 may not know it. */
  ifMatch?: string | undefined;
}

/** An object that S3 does not remove. */
export interface RefusedDeletion extends Pick<Removal, "key" | "versionId"> {
  /** S3's, such as `AccessDenied`. */
  code: string;
  message: string;
}

/** Lists objects. */
export interface ObjectLister {
  /** Every object whose key begins with `prefix`, in key order. */
  list(prefix: string): AsyncIterable<ObjectEntry>;
  /** The same with a delimiter; objects and common prefixes come page by page, each in key order. */
  list(prefix: string, options: ListOptions): AsyncIterable<ObjectEntry | CommonPrefix>;
}

/** Reads objects. */
export interface ObjectReader {
  get(key: string): Promise<StoredObject | undefined>;
}

/** Writes and removes small objects. */
export interface ObjectWriter {
  /**
   * @returns the ETag, or undefined when `ifMatch` no longer holds, the object is gone, or `ifAbsent` and there is one
   */
  put(key: string, body: string | Uint8Array, options?: PutOptions): Promise<string | undefined>;
  delete(key: string): Promise<void>;
}

/** Removes many objects. */
export interface ObjectRemover {
  /**
   * Removes objects, or versions of them, a thousand to a request of S3. One that is not there counts as removed.
   *
   * @returns those that S3 refuses to remove, also since a condition does not hold
   */
  deleteMany(removals: readonly (string | Removal)[]): Promise<RefusedDeletion[]>;
}

/** Lists versions. */
export interface VersionLister {
  /** Versions and delete markers of all keys that begin with `prefix`, in key order: a page is one request, made when it is asked for. */
  versions(prefix: string): AsyncIterable<readonly ObjectVersion[]>;
}

/**
 * The few operations on a bucket that a job needs. Errors are thrown as they come, except the two that
 * callers decide on: a missing object and a failed condition are `undefined`.
 */
export interface ObjectStore
  extends ObjectLister,
    ObjectReader,
    ObjectWriter,
    ObjectRemover,
    VersionLister {
  /** A range that begins at or after the object's end has an empty body. */
  get(key: string, options?: GetOptions): Promise<StoredObject | undefined>;
  /**
   * Downloads an object to exactly `path`, which the caller renames when it is complete. What a former,
   * interrupted call has left at `path` is continued; the result is verified.
   *
   * @returns undefined when there is no such object, or with `exact` none that has the ETag and the metadata
   * @throws CloudSubmitError `transfer` when what arrived does not match the object, twice
   */
  getFile(key: string, path: string, options?: GetFileOptions): Promise<FetchedFile | undefined>;
  /** Small files that may be under way as things are: more would wait for the others. */
  smallAtOnce?(): number;
  /** Says that so many files, of so many bytes, are going to be carried, or fewer: more threads pay for much. */
  expect?(files: number, bytes: number): void;
  /** The same for one transfer, which can be given up without the others. */
  forTransfer?(): ObjectStore;
  /**
   * Says that the transfer has failed. What it has under way comes to its end; nothing is begun any more, no part of a large
   * file and no further attempt either, but removals. A later transfer goes on from there.
   */
  giveUp?(): void;
  /**
   * The time now by the server's clock, to a second, without a request: as the last answer told it. Times of objects are
   * compared with it, as this machine's clock may be wrong by hours, and requests go through all the same.
   *
   * @returns undefined: no answer has told it yet
   */
  clock?(): Date | undefined;
  /** Tells of the object with this ETag, by one request; undefined: it is another one by now, or may not be seen. */
  proof(key: string, etag: string): Promise<ContentProof | undefined>;
  /**
   * Uploads `size` bytes of the file at `path`, in parts when it is large. An upload in parts that was
   * interrupted is continued with those parts that still match the file.
   *
   * @returns the ETag
   * @throws CloudSubmitError `transfer` when the file is shorter by then, or is none, or not where it has to be
   */
  putFile(path: string, key: string, size: number, options?: PutFileOptions): Promise<string>;
}
