/** So many that were taken away are kept until they are removed together. */
const TAKEN_MAX = 1024;

/** Things in their order: taking the first of thousands away moves none of the others. */
export class Queue<T> {
  readonly #all: (T | undefined)[] = [];
  #taken = 0;

  /** undefined: there is none. */
  get first(): T | undefined {
    return this.#all[this.#taken];
  }

  add(one: T): void {
    this.#all.push(one);
  }

  /** Takes the first away. */
  removeFirst(): void {
    this.#all[this.#taken] = undefined;
    this.#taken += 1;
    if (this.#taken >= this.#all.length) this.#all.length = this.#taken = 0;
    else if (this.#taken === TAKEN_MAX) {
      this.#all.splice(0, TAKEN_MAX);
      this.#taken = 0;
    }
  }
}
