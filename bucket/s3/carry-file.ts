import type { AwsCredentialIdentity } from "@smithy/types";
import type { Disk } from "../disk/disk.ts";
import { writeAt } from "../disk/files.ts";
import type { Connection } from "./connection.ts";
import { type FileBody, requestBody } from "./file-body.ts";
import { type Outgoing, sealed } from "./outgoing.ts";
import { type RangeState, readRange } from "./read-range.ts";
import { type Refusal, refusalIn } from "./refusal.ts";
import { SignV4 } from "./sign-v4.ts";

/** Bytes that go from a file to S3, or from S3 into one; each attempt leaves in it how far it has come. */
export type FileWork =
  | { kind: "send"; body: FileBody }
  | {
      kind: "receive";
      /** Descriptor. */
      file: number;
      range: RangeState;
    };

/** One attempt at it: plain data, which threads can pass on. */
export interface FileOrder {
  request: Outgoing;
  /** Whether the server's answers about objects have had request ids. */
  tellsIds: boolean;
  work: FileWork;
}

/** The end of an attempt. */
export interface FileAnswer {
  headers: Readonly<Record<string, string>>;
  /** undefined: it did what was asked. */
  refusal: Refusal | undefined;
  /** Milliseconds from the connection's being asked for to the end of the answer. */
  ms: number;
}

/** Bytes of a body, or of a range at the most, which cost as much time and memory. */
export function bytesOf(work: FileWork): number {
  if (work.kind === "send") return work.body.length;
  const { at, last, size } = work.range;
  return (last ?? size ?? at) - at;
}

/** Carries files' bytes over connections and a disk of its own. */
export class FileCarrier {
  readonly #connection: Connection;
  readonly #disk: Disk;
  readonly #signers = new Map<string, SignV4>();

  constructor(connection: Connection, disk: Disk) {
    this.#connection = connection;
    this.#disk = disk;
  }

  /**
   * Makes one attempt.
   *
   * @param onBytes called with the number of bytes that came since the last call
   * @throws S3Error, FileError, and what the disk says
   */
  async carry(
    { request, tellsIds, work }: FileOrder,
    credentials: AwsCredentialIdentity,
    onBytes: (bytes: number) => void,
  ): Promise<FileAnswer> {
    const body = work.kind === "send" ? await requestBody(this.#disk, work.body) : undefined;
    const wire = await sealed(request, body, credentials, this.#signer(request.region));
    const began = performance.now();
    const socket = await this.#connection.socket(request.origin);
    const response = await socket.send(wire);
    const host = { isAws: request.isAws, tellsIds };
    const refusal = await refusalIn(response, request, host, socket.forward);
    const { headers } = response;
    if (!refusal && work.kind === "send") await response.discard();
    if (!refusal && work.kind === "receive") {
      const write = (bytes: Buffer, position: number) => {
        onBytes(bytes.length);
        return writeAt(this.#disk, work.file, bytes, position);
      };
      await readRange(response, work.range, write).catch((error: unknown) => {
        response.cancel();
        throw error;
      });
    }
    return { headers, refusal, ms: performance.now() - began };
  }

  #signer(region: string): SignV4 {
    let signer = this.#signers.get(region);
    if (!signer) this.#signers.set(region, (signer = new SignV4(region)));
    return signer;
  }
}
