import type { AwsCredentialIdentity } from "@smithy/types";
import type { Disk } from "../disk/disk.ts";
import { NewFiles } from "../disk/new-files.ts";
import { type Arrival, ArrivingFile } from "./arriving-file.ts";
import type { Connection } from "./connection.ts";
import { type FileBody, requestBody } from "./file-body.ts";
import { type Outgoing, sealed } from "./outgoing.ts";
import { type RangeState, readRange } from "./read-range.ts";
import { type Refusal, refusalIn } from "./refusal.ts";
import type { S3Response } from "./s3-response.ts";
import { SignV4 } from "./sign-v4.ts";
import { openSink, type Sink } from "./sink.ts";

/** Bytes that go from a file to S3, or from S3 into one; each attempt leaves in it how far it has come. */
export type FileWork =
  | { kind: "send"; body: FileBody }
  | {
      kind: "receive";
      /** Descriptor, or a file that is to be made. */
      to: number | Arrival;
      range: RangeState;
    };

/** One attempt at it: plain data, which threads can pass on. */
export interface FileOrder {
  request: Outgoing;
  /** Whether the server's answers about objects have had request ids. */
  tellsIds: boolean;
  work: FileWork;
}

/** Who watches an attempt, in one thread alone. */
export interface Watch {
  /** Called when an attempt begins, from where the work says. */
  onBegin?: (() => void) | undefined;
  /** Called with the number of bytes that were written since the last call. */
  onBytes: (bytes: number) => void;
  /** Where bytes go that are received; undefined: to where the order says. */
  sink?: Sink | undefined;
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
  readonly #files: NewFiles;
  readonly #signers = new Map<string, SignV4>();

  constructor(connection: Connection, disk: Disk) {
    this.#connection = connection;
    this.#disk = disk;
    this.#files = new NewFiles(disk);
  }

  /**
   * Makes one attempt.
   *
   * @throws S3Error, FileError, and what the disk says
   */
  async carry(
    { request, tellsIds, work }: FileOrder,
    credentials: AwsCredentialIdentity,
    watch: Watch,
  ): Promise<FileAnswer> {
    watch.onBegin?.();
    // Each wait for what is there already costs a small file as much as a call of the system.
    const reading = work.kind === "send" ? requestBody(this.#disk, work.body) : undefined;
    const body = reading instanceof Promise ? await reading : reading;
    const sealing = sealed(request, body, credentials, this.#signer(request.region));
    const wire = sealing instanceof Promise ? await sealing : sealing;
    const began = performance.now();
    const opening = this.#connection.socket(request.origin);
    const socket = opening instanceof Promise ? await opening : opening;
    const response = await socket.send(wire);
    const host = { isAws: request.isAws, tellsIds };
    const refused = refusalIn(response, request, host, socket.forward);
    const refusal = refused && (await refused);
    if (!refusal) {
      const ending =
        work.kind === "send" ? response.discard() : this.#receive(response, work, watch);
      if (ending) await ending;
    }
    return { headers: response.headers, refusal, ms: performance.now() - began };
  }

  async #receive(
    response: S3Response,
    { range, to }: FileWork & { kind: "receive" },
    { onBytes, sink: given }: Watch,
  ): Promise<void> {
    const sink = given ?? this.#sinkOf(to);
    try {
      sink.begin(response.headers);
      await readRange(response, range, (bytes, position) => {
        const { length } = bytes;
        const wait = sink.write(bytes, position);
        if (wait) return wait.then(() => onBytes(length));
        return onBytes(length);
      });
      const ending = sink.end();
      if (ending) await ending;
    } catch (error) {
      response.cancel();
      throw error;
    } finally {
      const resting = given ? given.rest() : sink.abandon();
      if (resting) await resting;
    }
  }

  #sinkOf(to: number | Arrival): Sink {
    const file = typeof to === "number" ? to : to.file;
    if (file !== undefined) return openSink(this.#disk, file);
    return new ArrivingFile(this.#files, to as Arrival);
  }

  #signer(region: string): SignV4 {
    let signer = this.#signers.get(region);
    if (!signer) this.#signers.set(region, (signer = new SignV4(region)));
    return signer;
  }
}
