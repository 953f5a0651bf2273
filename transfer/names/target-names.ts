import { type DiskTraits, Twins } from "../../bucket/disk-traits.ts";
import { isPartsPath } from "../placing/partial-files.ts";
import { type KeyPath, keyToPath } from "./key-path.ts";
import { windowsNameProblem } from "./windows-name.ts";

/** Says where the objects of a prefix go on a disk, and which cannot go there. */
export class TargetNames {
  readonly #prefix: string;
  readonly #disk: DiskTraits;
  readonly #twins: Twins;

  constructor(prefix: string, disk: DiskTraits) {
    this.#prefix = prefix;
    this.#disk = disk;
    this.#twins = new Twins(disk);
  }

  /** To be asked in the order of the listing: of names that the disk takes for one, the first is taken. */
  of(key: string): KeyPath {
    const place = keyToPath(key, this.#prefix);
    if (place.kind === "refused") return place;
    const reason = this.#problem(place.path, place.kind === "file");
    return reason === undefined ? place : { kind: "refused", path: place.path, reason };
  }

  #problem(path: string, isFile: boolean): string | undefined {
    if (isPartsPath(path)) return "the name is kept for unfinished downloads";
    const problem = this.#disk.hasWindowsNames ? windowsNameProblem(path) : undefined;
    if (problem !== undefined) return problem;
    const twin = isFile ? this.#twins.of(path) : undefined;
    return twin === undefined
      ? undefined
      : `this disk takes it for the same name as ${JSON.stringify(twin)}`;
  }
}
