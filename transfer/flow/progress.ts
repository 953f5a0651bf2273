/** How a transfer tells how far it is. Everything is optional, and called often: it must be cheap. */
export interface ProgressListener {
  /**
   * Total to be transferred, as far as it is known yet: grows while the folder is compared.
   *
   * @param complete nothing will be added
   */
  onPlan?: ((files: number, bytes: number, complete: boolean) => void) | undefined;
  /** Called with the number of bytes that were transferred since the last call; repeated bytes count again. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** Called after each file, link or empty folder that was transferred. */
  onFile?: ((path: string, bytes: number) => void) | undefined;
  /** Called after each item that `delete` removed; `/` is at the end of an empty folder's path. */
  onDeleted?: ((path: string) => void) | undefined;
}

/** Counts what is planned. */
export class Plan {
  #files = 0;
  #bytes = 0;
  readonly #listener: ProgressListener;

  constructor(listener: ProgressListener) {
    this.#listener = listener;
  }

  add(bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
    this.#listener.onPlan?.(this.#files, this.#bytes, false);
  }

  complete(): void {
    this.#listener.onPlan?.(this.#files, this.#bytes, true);
  }
}
