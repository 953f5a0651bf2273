import type { Checksum } from "../bucket/checksum.ts";
import type { FetchedFile } from "../bucket/object-store.ts";

/** An object that a manifest names, and how its file is to be. */
export interface WantedObject {
  key: string;
  /** Bytes. */
  size: number;
  etag: string;
  /** Its version id; undefined: the manifest names none. */
  version: string | undefined;
  /** Proof that the submitter may read it; undefined: it is below the job's own prefix. */
  readKey: string | undefined;
  /** Of a file that the job may not change: permission bits, and modification time in seconds; undefined: it may. */
  readOnly: { mode: number; mtime: number | undefined } | undefined;
}

/** An object whose bytes are here. */
export interface BroughtObject
  extends Pick<FetchedFile, "size" | "etag" | "metadata" | "hasProperties"> {
  checksum: Checksum | undefined;
}

/** How an object came. */
export interface Brought {
  object: BroughtObject;
  /** From this disk, without a request to S3. */
  isLocal: boolean;
  /** It is at its target, and others may have the same file: nothing of it may be changed. */
  isPlaced: boolean;
}

/** Where an object goes. */
export interface Destination {
  /** While it comes. */
  part: string;
  /** In the end; the folder is there. */
  target: string;
}

/** Copies of objects on the disk that a download goes to. */
export interface LocalObjects {
  /** Of smaller objects, in bytes, no copy is ever kept. */
  readonly keptFrom: number;
  /**
   * Brings an object: from a copy here, or else by `fetch`, of which a copy may be kept.
   *
   * @param to where it goes: to the target what is to be read only, as far as that can be shared; else to `part`, as `fetch`
   * does, which may have left something there before
   * @param goOn throws when the download is to end; asked while another one fetches the same object
   * @returns undefined when there is no such object, as `fetch` says
   */
  bring(
    wanted: WantedObject,
    to: Destination,
    fetch: () => Promise<FetchedFile | undefined>,
    goOn: () => void,
  ): Promise<Brought | undefined>;
}
