// Brings Slurm versions other than the installed one, unpacked below .local/ and used from there. Nothing is
// installed, and nothing of the system changes: another suite's packages are downloaded with a configuration
// of apt's own, and their programs are told to use the libraries that came with them.
import { spawnSync } from "node:child_process";
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
import { SUITES, slurmFolder } from "./slurm-choice.mjs";

const self = fileURLToPath(import.meta.url);
const home = join(dirname(dirname(self)), ".local");

/** Packages of Slurm; patchelf changes where the programs look for their libraries. */
const PACKAGES = ["slurmctld", "slurmd", "slurm-client", "slurm-wlm-basic-plugins", "patchelf"];

/** The commands of the packages that are kept. Debian calls those below DAEMONS `<name>-wlm`. */
const COMMANDS = ["sbatch", "scancel", "scontrol", "sinfo", "squeue", "srun", "salloc", "sdiag"];
const DAEMONS = ["slurmctld", "slurmd", "slurmstepd"];

/** True when the version is there, made by this very file, in this very place. */
export function isSlurmThere(choice) {
  const { stamp } = slurmFolder(home, choice);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === recipe(choice);
}

/** The programs have the path of their loader inside them, so a moved checkout needs them anew. */
function recipe(choice) {
  const hash = createHash("sha256").update(readFileSync(self));
  return hash.update(slurmFolder(home, choice).folder).digest("hex");
}

/** Why other versions cannot be had on this machine at all; undefined when they can. */
export function whyNoOtherSlurm() {
  if (spawnSync("apt-get", ["--version"]).error || spawnSync("dpkg-deb", ["--version"]).error)
    return "it comes from Debian's packages, and there is no apt-get here";
  if (debianSource() === undefined)
    return "it comes from Debian's packages, and apt has no source of Debian here";
  return undefined;
}

/** The keys of all of Debian's suites, which each Debian has. */
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Where this machine has its Debian packages from. */
function debianSource() {
  const release = osRelease();
  if (release.ID !== "debian") return undefined;
  const format = "$(RELEASE)|$(COMPONENT)|$(REPO_URI)";
  const { stdout } = spawnSync(
    "apt-get",
    ["indextargets", "--format", format, "Created-By: Packages"],
    { encoding: "utf8" },
  );
  return (stdout ?? "")
    .split("\n")
    .map((line) => line.split("|"))
    .find(([name, component]) => name === release.VERSION_CODENAME && component === "main")?.[2];
}

function osRelease() {
  try {
    const lines = readFileSync("/etc/os-release", "utf8").matchAll(/^(\w+)="?([^"\n]*)"?$/gm);
    return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
  } catch {
    return {};
  }
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
  for (const file of download(SUITES[choice], work)) run("dpkg-deb", ["-x", file, root]);

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

/** @returns the files of all packages and of what they need, the C library included */
function download(suite, work) {
  for (const name of ["lists/partial", "cache/archives/partial"]) {
    mkdirSync(join(work, name), { recursive: true });
  }
  const source = [
    "Types: deb",
    `URIs: ${debianSource()}`,
    `Suites: ${suite}`,
    "Components: main",
    "Targets: Packages",
    ...(existsSync(KEYRING) ? [`Signed-By: ${KEYRING}`] : []),
  ];
  writeFileSync(join(work, "debian.sources"), `${source.join("\n")}\n`);
  writeFileSync(join(work, "status"), "");
  // Read after the machine's own, whose proxy holds here, too.
  const conf = [
    `Dir::State "${work}";`,
    `Dir::State::lists "${work}/lists";`,
    `Dir::State::status "${work}/status";`,
    `Dir::Cache "${work}/cache";`,
    `Dir::Etc::sourcelist "${work}/debian.sources";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    // Folders of the checkout may be closed to apt's own user.
    'APT::Sandbox::User "";',
    // An index that cannot be had is an error, not a warning.
    'APT::Update::Error-Mode "any";',
    // Other programs of the machine are not told of this.
    "#clear APT::Update::Post-Invoke;",
    "#clear APT::Update::Post-Invoke-Success;",
    "#clear DPkg::Pre-Install-Pkgs;",
  ];
  writeFileSync(join(work, "apt.conf"), `${conf.join("\n")}\n`);
  const apt = ["-q", "-y", "-c", join(work, "apt.conf")];
  run("apt-get", [...apt, "update"]);
  run("apt-get", [...apt, "install", "--no-install-recommends", "--download-only", ...PACKAGES]);
  const archives = join(work, "cache", "archives");
  return readdirSync(archives)
    .filter((name) => name.endsWith(".deb"))
    .map((name) => join(archives, name));
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

function run(command, args) {
  const env = { ...process.env, LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" };
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env });
  if (error || status !== 0) {
    const said = `${error?.message ?? ""}${stderr ?? ""}`.trim() || (stdout ?? "").trim();
    throw new Error(`${command} ${args.join(" ")}: ${said}`);
  }
}
