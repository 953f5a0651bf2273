import type { Checksum } from "../../bucket/checksum.ts";
import type { DiskTraits } from "../../bucket/disk-traits.ts";
import { type Reason, reason } from "../../protocol/reason.ts";
import { windowsTargetProblem } from "../names/windows-name.ts";
import { symlinkProblem } from "./symlink.ts";

/** A link to make. */
export interface PendingLink {
  path: string;
  /** Where it goes. */
  folder: string;
  etag: string;
  checksum: Checksum | undefined;
  target: string;
  /** Of its object. */
  bytes: number;
  metadata: Readonly<Record<string, string>>;
}

/** The links of a download. They are made when all files are in place, so that no file is written through one. */
export class PendingLinks {
  readonly all: PendingLink[] = [];
  readonly #traits: DiskTraits;

  constructor(traits: DiskTraits) {
    this.#traits = traits;
  }

  /**
   * Adds a link, if it may be made.
   *
   * @param viaLink its folder is reached through a link
   * @returns why it may not be made; undefined when it may
   */
  add(link: PendingLink, viaLink: boolean): Reason | undefined {
    const problem = viaLink ? reason("link-outside") : this.#problem(link);
    if (problem === undefined) this.all.push(link);
    return problem;
  }

  #problem({ path, target }: PendingLink): Reason | undefined {
    const problem = symlinkProblem(path, target);
    if (problem !== undefined || !this.#traits.hasWindowsNames) return problem;
    return windowsTargetProblem(target);
  }
}
