import { type DiskTraits, NameClashes } from "../../bucket/disk-traits.ts";
import { type Reason, reason } from "../../protocol/reason.ts";
import { isPartsPath } from "../placing/partial-files.ts";
import { type KeyPath, keyProblem, keyToPath } from "./key-path.ts";
import { windowsNameProblem } from "./windows-name.ts";

/** Says where the objects of a prefix go on a disk, and which cannot go there. */
export class TargetNames {
  readonly #prefix: string;
  readonly #disk: DiskTraits;
  readonly #clashes: NameClashes;

  constructor(prefix: string, disk: DiskTraits) {
    this.#prefix = prefix;
    this.#disk = disk;
    this.#clashes = new NameClashes(disk);
  }

  /** To be asked in the order of the listing: of names that clash on the disk, the first is taken. */
  of(key: string): KeyPath {
    const place = keyToPath(key, this.#prefix);
    if (place.kind === "refused") return place;
    const why = this.#problem(place.path, place.kind === "file");
    return why === undefined ? place : { kind: "refused", path: place.path, reason: why };
  }

  /** Whether what the disk has under a name, `/` at the end of a folder's, is one of these objects in other letters. */
  isTaken(path: string): boolean {
    return this.#clashes.has(path);
  }

  #problem(path: string, isFile: boolean): Reason | undefined {
    if (isPartsPath(path)) return reason("name-kept");
    // A manifest names keys that are none; a listing does not.
    const noKey = keyProblem(this.#prefix, path);
    if (noKey !== undefined) return noKey;
    const problem = this.#disk.hasWindowsNames ? windowsNameProblem(path) : undefined;
    if (problem !== undefined) return problem;
    const other = this.#clashes.of(isFile ? path : `${path}/`);
    return isFile && other !== undefined ? reason("name-same-on-disk", { other }) : undefined;
  }
}
