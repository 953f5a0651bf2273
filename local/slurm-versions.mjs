// Brings Slurm versions other than the installed one, unpacked below .local/ and used from there. Nothing is
// installed, and nothing of the system changes: another suite's packages are downloaded with a configuration
// of apt's own, and their programs are told to use the libraries that came with them.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  downloadPackages,
  runForPackages as run,
  whyNoDebianPackages,
} from "./debian-packages.mjs";
import { SUITES, slurmFolder } from "./slurm-choice.mjs";

const self = fileURLToPath(import.meta.url);
const packagesOf = join(dirname(self), "debian-packages.mjs");
const home = join(dirname(dirname(self)), ".local");

/** Packages of Slurm; patchelf changes where the programs look for their libraries. */
const PACKAGES = ["slurmctld", "slurmd", "slurm-client", "slurm-wlm-basic-plugins", "patchelf"];

/** The commands of the packages that are kept. Debian calls those below DAEMONS `<name>-wlm`. */
const COMMANDS = ["sbatch", "scancel", "scontrol", "sinfo", "squeue", "srun", "salloc", "sdiag"];
const DAEMONS = ["slurmctld", "slurmd", "slurmstepd"];

/** True when the version is there, made by these very files, in this very place. */
export function isSlurmThere(choice) {
  const { stamp } = slurmFolder(home, choice);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === recipe(choice);
}

/** The programs have the path of their loader inside them, so a moved checkout needs them anew. */
function recipe(choice) {
  const hash = createHash("sha256").update(readFileSync(self)).update(readFileSync(packagesOf));
  return hash.update(slurmFolder(home, choice).folder).digest("hex");
}

/** Why other versions cannot be had on this machine at all; undefined when they can. */
export function whyNoOtherSlurm() {
  return whyNoDebianPackages();
}

/**
 * Downloads and unpacks a version.
 * @throws Error saying what failed, with what the program printed
 */
export function bringSlurm(choice) {
  const { folder, bin, plugins, stamp } = slurmFolder(home, choice);
  const work = `${folder}.new`;
  for (const old of [folder, work]) rmSync(old, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const root = join(work, "root");
  mkdirSync(root);
  for (const file of downloadPackages({ suite: SUITES[choice], packages: PACKAGES }, work))
    run("dpkg-deb", ["-x", file, root]);

  const triplet = readdirSync(join(root, "usr", "lib")).find((name) => name.endsWith("-linux-gnu"));
  if (triplet === undefined) throw new Error(`the packages of ${SUITES[choice]} have no libraries`);
  mkdirSync(bin, { recursive: true });
  // Into place first: the paths that are written into the programs are those.
  renameSync(join(root, "usr", "lib", triplet), join(folder, "lib"));
  for (const name of COMMANDS) copyFileSync(join(root, "usr", "bin", name), join(bin, name));
  for (const name of DAEMONS) {
    copyFileSync(join(root, "usr", "sbin", `${name}-wlm`), join(bin, name));
  }
  useOwnLibraries({ folder, bin, plugins, patchelf: join(root, "usr", "bin", "patchelf") });
  rmSync(work, { recursive: true });
  writeFileSync(stamp, recipe(choice));
}

/**
 * Writes into each program which loader and which libraries it is to use. Jobs are not touched: nothing of
 * this is in the environment.
 */
function useOwnLibraries({ folder, bin, plugins, patchelf }) {
  const libraries = join(folder, "lib");
  const loader = readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
  if (loader === undefined) throw new Error("the packages have no loader of programs");
  const own = join(libraries, loader);
  const patch = (...args) => run(own, ["--library-path", libraries, patchelf, ...args]);
  // These look for a library at a path of the system; nothing here uses MPI.
  for (const name of readdirSync(plugins)) {
    if (name.startsWith("mpi_pmix")) rmSync(join(plugins, name));
  }
  const objects = readdirSync(plugins)
    .filter((name) => name.endsWith(".so"))
    .map((name) => join(plugins, name));
  const programs = readdirSync(bin).map((name) => join(bin, name));
  const path = ["--force-rpath", "--set-rpath", `${libraries}:${plugins}`];
  patch("--set-interpreter", own, ...path, ...programs);
  patch(...path, ...objects);
}
