import { constants } from "node:fs";
import { openOn, writeAt } from "../disk/files.ts";
import type { FileProperties, NewFiles } from "../disk/new-files.ts";
import type { Making } from "../object-store.ts";
import { metadataIn } from "./object-headers.ts";
import type { Sink } from "./sink.ts";

const { O_WRONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Opens what an attempt has made. */
const AGAIN = O_WRONLY | O_NOFOLLOW | O_NONBLOCK;

/** A file that comes in one request, as far as it has come: plain data, which threads can pass on. */
export interface Arrival {
  path: string;
  /** Bytes of the whole. */
  size: number;
  /** Descriptor, while it is open from one attempt to the next. */
  file: number | undefined;
  /** Whether an attempt has made it. */
  isMade: boolean;
}

/** A file that comes in one request. It is made when its first bytes are there: most come all at once. */
export class ArrivingFile implements Sink {
  readonly arrival: Arrival;
  readonly #files: NewFiles;
  readonly #propertiesOf: Making["propertiesOf"] | undefined;
  #properties: FileProperties = {};
  #opening: Promise<void> | undefined;
  #isMadeHere = false;
  #isWhole = false;
  #hasProperties = false;

  /** @param propertiesOf undefined: it has those of any new file */
  constructor(files: NewFiles, arrival: Arrival, propertiesOf?: Making["propertiesOf"]) {
    this.#files = files;
    this.arrival = arrival;
    this.#propertiesOf = propertiesOf;
  }

  /** Whether it is complete and has the mode and time that were asked for. */
  get hasProperties(): boolean {
    return this.#hasProperties;
  }

  begin(headers: Readonly<Record<string, string>>): void {
    this.#properties = this.#propertiesOf?.(metadataIn(headers)) ?? {};
  }

  write(bytes: Buffer, position: number): void | Promise<void> {
    const { disk } = this.#files;
    const { path, size, isMade } = this.arrival;
    if (!isMade && bytes.length === size) {
      this.arrival.isMade = this.#isMadeHere = this.#isWhole = true;
      return this.#files.write(path, bytes, this.#properties);
    }
    if (this.arrival.file === undefined && !this.#opening) this.#opening = this.#open();
    if (this.arrival.file !== undefined) return writeAt(disk, this.arrival.file, bytes, position);
    const own = Buffer.from(bytes);
    return this.#opening?.then(() => writeAt(disk, this.#descriptor(), own, position));
  }

  end(): void | Promise<void> {
    if (!this.#isWhole) return this.#close();
    this.#hasProperties = this.#isMadeHere;
  }

  async #close(): Promise<void> {
    if (this.arrival.file === undefined) await (this.#opening ?? this.#open());
    const file = this.#descriptor();
    this.arrival.file = undefined;
    await this.#files.close(file, this.#properties);
    this.#hasProperties = this.#isMadeHere;
  }

  rest(): void | Promise<void> {
    const opening = this.#opening?.catch(() => undefined);
    this.#opening = undefined;
    return opening;
  }

  abandon(): void | Promise<void> {
    if (this.#opening || this.arrival.file !== undefined) return this.#abandon();
  }

  async #abandon(): Promise<void> {
    await this.rest();
    const { file } = this.arrival;
    this.arrival.file = undefined;
    if (file !== undefined) await this.#files.close(file, {});
  }

  /** Opens it: at once where the disk is quick. */
  #open(): Promise<void> | undefined {
    const { arrival } = this;
    const take = (file: number) => {
      arrival.file = file;
    };
    if (arrival.isMade) return openOn(this.#files.disk, arrival.path, AGAIN).then(take);
    const opened = this.#files.open(arrival.path, this.#properties);
    arrival.isMade = this.#isMadeHere = true;
    if (opened instanceof Promise) return opened.then(take);
    take(opened);
    return undefined;
  }

  #descriptor(): number {
    const { file } = this.arrival;
    if (file === undefined) throw new Error(`${this.arrival.path} is not open`);
    return file;
  }
}
