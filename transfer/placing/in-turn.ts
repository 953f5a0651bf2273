import type { FileProperties } from "../../bucket/disk/new-files.ts";
import type { Brought } from "../local-objects.ts";

/** A file that is complete under its temporary name, and the folder that it is for. */
export interface Arrived extends Brought {
  path: string;
  folder: string;
  part: string;
  properties: FileProperties;
}

/**
 * Puts files into place: each as soon as it has come, or, where somebody takes one for the sign that others are there, in their
 * turn when all have come.
 */
export class Arrivals {
  readonly #first: ((path: string) => boolean) | undefined;
  readonly #waiting: Arrived[] = [];

  /** @param first names those that come before others; undefined: there is no order */
  constructor(first: ((path: string) => boolean) | undefined) {
    this.#first = first;
  }

  /** @returns whether the file is to wait for its turn */
  holds(file: Arrived): boolean {
    if (this.#first) this.#waiting.push(file);
    return this.#first !== undefined;
  }

  /** When all have come: those that wait, in their turns. */
  get waiting(): Arrived[] {
    return this.#first ? inTurn(this.#waiting, this.#first) : [];
  }
}

/**
 * Those that `first` names, then the others; of each the oldest first, as they were written. One whose time is not known
 * counts as old.
 */
export function inTurn<T extends Pick<Arrived, "path" | "properties">>(
  files: readonly T[],
  first: (path: string) => boolean,
): T[] {
  const [early, late]: [T[], T[]] = [[], []];
  for (const file of files) (first(file.path) ? early : late).push(file);
  const age = ({ properties }: T) => properties.mtime ?? 0;
  return [early, late].flatMap((some) => some.toSorted((a, b) => age(a) - age(b)));
}
