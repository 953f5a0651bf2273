import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
// @ts-expect-error: a build script without types
import { buildCommandLine, buildTransferClient } from "../../local/build.mjs";

/** A program as it was built: its files, by their paths from a folder. */
interface Built {
  files: { path: string; code: string }[];
}

/** Builds the command line as it is shipped into a folder; returns the path of its program. */
export async function shippedCommandLine(folder: string): Promise<string> {
  write((await buildCommandLine({ write: false })) as Built, folder);
  return join(folder, "cloud-submit.cjs");
}

/** The same of the benchmarks' client, which is told how many threads are to carry files. */
export async function transferClient(folder: string): Promise<string> {
  write((await buildTransferClient({ write: false })) as Built, folder);
  return join(folder, "transfer-client.cjs");
}

function write({ files }: Built, folder: string): void {
  for (const { path, code } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
}
