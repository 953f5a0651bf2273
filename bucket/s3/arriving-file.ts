import { writeAt } from "../disk/files.ts";
import type { FileProperties, NewFiles } from "../disk/new-files.ts";

/** A file that comes in one request. It is made when its first bytes are there: most come all at once. */
export class ArrivingFile {
  readonly #files: NewFiles;
  readonly #path: string;
  /** Bytes of the whole. */
  readonly #size: number;
  /** Its properties, as they are known when its first bytes are there. */
  readonly #properties: () => FileProperties;
  #file: number | Promise<number> | undefined;
  #isWhole = false;

  constructor(files: NewFiles, path: string, size: number, properties: () => FileProperties) {
    this.#files = files;
    this.#path = path;
    this.#size = size;
    this.#properties = properties;
  }

  /** As `Write`: bytes are lent only until it returns. */
  write(bytes: Buffer, position: number): void | Promise<void> {
    const { disk } = this.#files;
    if (bytes.length === this.#size && this.#file === undefined) {
      this.#isWhole = true;
      return this.#files.write(this.#path, bytes, this.#properties());
    }
    const file = (this.#file ??= this.#files.open(this.#path, this.#properties()));
    if (typeof file === "number") return writeAt(disk, file, bytes, position);
    const own = Buffer.from(bytes);
    return file.then((opened) => writeAt(disk, opened, own, position));
  }

  /** All has come. */
  async end(): Promise<void> {
    if (this.#isWhole) return;
    const file = await (this.#file ?? this.#files.open(this.#path, this.#properties()));
    this.#file = undefined;
    await this.#files.close(file, this.#properties());
  }

  /** Nothing more comes. */
  async abandon(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) await this.#files.close(await file, {});
  }
}
