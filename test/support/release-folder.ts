import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageName } from "../../cli/stack/release/release.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A folder as `npm run build:headnode` leaves it, with small packages. */
export function releaseFolder(version: string): string {
  const folder = join(temporaryFolder(), "headnode");
  mkdirSync(folder);
  const lines = ["install.sh", packageName(version, "x64"), packageName(version, "arm64")].map(
    (name) => {
      writeFileSync(join(folder, name), `content of ${name}`);
      return `${createHash("sha256").update(`content of ${name}`).digest("hex")}  ${name}\n`;
    },
  );
  writeFileSync(join(folder, "SHA256SUMS"), lines.join(""));
  return folder;
}
