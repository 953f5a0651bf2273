// Userlands that tests run the executables in: the oldest Debian that the mirrors still have, and one for ARM machines with
// an emulator. Packages are unpacked below .local/other-machines/, and not installed.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { downloadPackages, runForPackages } from "../debian-packages.mjs";

const self = fileURLToPath(import.meta.url);
const home = join(dirname(dirname(dirname(self))), ".local", "other-machines");
const stamp = join(home, "complete");

/** Debian 11 has glibc 2.31 and the libstdc++ of GCC 10. Node.js asks for 2.28 and that of GCC 8: no mirror has such a Debian. */
export const OLD_SUITE = "bullseye";
export const OLD_ROOT = join(home, "old-root");
export const ARM_ROOT = join(home, "arm-root");
export const ARM_EMULATOR = join(home, "qemu-aarch64-static");

/** Libraries that Node.js's programs need. */
const LIBRARIES = ["libc6", "libstdc++6", "libgcc-s1"];
/** Shells, and programs that the starter of the archive calls. */
const SHELLS = ["dash", "coreutils", "busybox", "mksh"];
/** Reads shell scripts for mistakes; it is no part of those machines, and comes the same way. */
const SHELLCHECK = { suite: "bookworm", packages: ["shellcheck"] };
const SHELLCHECK_ROOT = join(home, "shellcheck-root");

/** An older emulator does not run this Node.js. */
const EMULATOR = { suite: "bookworm", packages: ["qemu-user-static"] };

const recipe = () => createHash("sha256").update(readFileSync(self)).digest("hex");

/** True when all of it is there, made by this very file. */
export function areMachinesThere() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === recipe();
}

/** The words that begin a call of shellcheck, with its own libraries; undefined: it is not there. */
export function shellCheck() {
  const program = join(SHELLCHECK_ROOT, "usr", "bin", "shellcheck");
  if (!existsSync(program)) return undefined;
  const folders = ["lib", "usr/lib"].flatMap((name) => librariesIn(join(SHELLCHECK_ROOT, name)));
  const loader = folders
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .find((path) => /\/ld-linux[^/]*\.so\.\d+$/.test(path));
  return loader && [loader, "--library-path", folders.join(":"), program];
}

const librariesIn = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith("-linux-gnu"))
    .map((name) => join(folder, name));

/**
 * Downloads and unpacks all of it: about 80 MB.
 * @throws Error saying what failed, with what the program printed
 */
export function bringMachines() {
  rmSync(home, { recursive: true, force: true });
  const unpack = (wanted, root) => {
    const work = join(home, "work");
    mkdirSync(work, { recursive: true });
    mkdirSync(root, { recursive: true });
    for (const file of downloadPackages(wanted, work))
      runForPackages("dpkg-deb", ["-x", file, root]);
    rmSync(work, { recursive: true });
  };
  unpack({ suite: OLD_SUITE, packages: [...LIBRARIES, ...SHELLS] }, OLD_ROOT);
  // Where tests put other file systems.
  for (const name of ["proc", "dev", "site"]) mkdirSync(join(OLD_ROOT, name), { recursive: true });
  unpack({ suite: OLD_SUITE, packages: LIBRARIES, architecture: "arm64" }, ARM_ROOT);
  unpack(SHELLCHECK, SHELLCHECK_ROOT);
  const emulator = join(home, "emulator");
  unpack(EMULATOR, emulator);
  copyFileSync(join(emulator, "usr", "bin", "qemu-aarch64-static"), ARM_EMULATOR);
  rmSync(emulator, { recursive: true });
  writeFileSync(stamp, recipe());
}
