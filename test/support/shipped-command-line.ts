import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
// @ts-expect-error: a build script without types
import { buildCommandLine } from "../../local/build.mjs";

/** Builds the command line as it is shipped into a folder; returns the path of its program. */
export async function shippedCommandLine(folder: string): Promise<string> {
  const built = (await buildCommandLine({ write: false })) as {
    files: { path: string; code: string }[];
  };
  for (const { path, code } of built.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
  return join(folder, "cloud-submit.cjs");
}
