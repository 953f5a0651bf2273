import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SYSTEM_FOLDER } from "../../../protocol/objects.ts";
import { CommandError } from "../../errors/command-error.ts";
import type { Words } from "../../messages/say.ts";

/** The file that names every file of a release with its SHA-256, as sha256sum prints it. */
export const SUMS_FILE = "SHA256SUMS";
/** The script that installs the agent. */
export const INSTALL_SCRIPT = "install.sh";

/** Architectures that there are packages for, as Node.js names them. */
export const ARCHITECTURES = ["x64", "arm64"] as const;
export type PackageArchitecture = (typeof ARCHITECTURES)[number];

/** Files for Head Nodes: packages, the script that installs them, and their checksums. */
export interface Release {
  version: string;
  /** SHA-256 of SHA256SUMS: it vouches for everything else. */
  checksum: string;
  sums: string;
  files: readonly ReleaseFile[];
}

export interface ReleaseFile {
  name: string;
  sha256: string;
}

/** Where releases are in the job bucket. */
export const RELEASES_FOLDER = `${SYSTEM_FOLDER}agent/`;

/** Where a release lies in the job bucket. */
export function releaseFolder(version: string): string {
  return `${RELEASES_FOLDER}${version}/`;
}

/**
 * The release that was built into `folder`.
 *
 * @throws CloudSubmitError `config` when there is none, or it is of another version
 */
export async function readRelease(folder: string, version: string): Promise<Release> {
  const sums = await readFile(join(folder, SUMS_FILE), "utf8").catch(() => undefined);
  if (sums === undefined)
    throw new CommandError("config", (say) => say("problem.noPackages", { folder }));
  const files = sums
    .trim()
    .split("\n")
    .map((line) => {
      const [, sha256, name] = /^([0-9a-f]{64}) {2}([A-Za-z0-9._-]+)$/.exec(line) ?? [];
      if (!sha256 || !name)
        throw damaged(folder, (say) => say("problem.theLine", { line: JSON.stringify(line) }));
      return { name, sha256 };
    });
  const has = (name: string) => files.some((file) => file.name === name);
  if (!has(INSTALL_SCRIPT))
    throw damaged(folder, (say) => say("problem.noFile", { name: INSTALL_SCRIPT }));
  if (!ARCHITECTURES.some((arch) => has(packageName(version, arch))))
    throw damaged(folder, (say) => say("problem.noPackageOf", { version }));
  return { version, sums, files, checksum: sha256Of(sums) };
}

/** Name of the package for one architecture, as Node.js names it. */
export function packageName(version: string, arch: PackageArchitecture): string {
  return `cloud-submit-agent-${version}-linux-${arch}.tar.gz`;
}

/** SHA-256 in hexadecimal digits. */
function sha256Of(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function damaged(folder: string, what: Words): CommandError {
  return new CommandError("config", (say) =>
    say("problem.damagedSums", { file: join(folder, SUMS_FILE), what: what(say) }),
  );
}
