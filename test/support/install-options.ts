import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentPackage } from "./agent-package.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** The options with which install.sh installs `release` from its folder. */
export const from = (release: AgentPackage) => ({
  bucket: "jobs",
  region: "eu-west-1",
  version: release.version,
  from: release.folder,
  checksum: release.checksum,
});

/** A PATH on which the given shell scripts come before the system's own programs. */
export function pathWith(own: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(own)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return `${folder}:/usr/bin:/bin`;
}

/** A PATH of the system's own programs, but for one. */
export function pathWithout(missing: string): string {
  const folder = join(temporaryFolder(), "bin");
  mkdirSync(folder);
  for (const place of ["/bin", "/usr/bin"])
    for (const name of readdirSync(place))
      if (name !== missing && !existsSync(join(folder, name)))
        try {
          symlinkSync(join(place, name), join(folder, name));
        } catch {
          // A link that leads nowhere is there twice.
        }
  return folder;
}
