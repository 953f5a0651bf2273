import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the parts of a program are. */
export interface PartSource {
  /** The path that a part goes by in traces of calls. */
  path: (name: string) => string;
  /** @throws when it cannot be read */
  text: (name: string) => string;
  /** Compiled code that came with the program; undefined: none did. */
  code: (name: string) => Buffer | undefined;
}

/** Parts that are files of a folder, without code: it is of one version of Node.js. */
export function partFiles(folder: string): PartSource {
  const path = (name: string) => join(folder, name);
  return { path, text: (name) => readFileSync(path(name), "utf8"), code: () => undefined };
}

/**
 * Parts in a single executable, with their code as `<name>.code` where it was built for the builder's own kind of machine.
 * Source: nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
 *
 * @param folder where they would be as files
 * @param sea Node.js's module of that name
 */
export function partAssets(
  folder: string,
  { getAsset, getRawAsset }: Pick<typeof import("node:sea"), "getAsset" | "getRawAsset">,
): PartSource {
  return {
    path: (name) => join(folder, name),
    text: (name) => getAsset(name, "utf8"),
    code(name) {
      try {
        return Buffer.from(getRawAsset(`${name}.code`) as ArrayBuffer);
      } catch {
        return undefined;
      }
    },
  };
}
