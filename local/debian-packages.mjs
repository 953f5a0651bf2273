// Packages of Debian's other suites, downloaded and not installed: nothing of the system changes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Why packages of other suites cannot be had on this machine at all; undefined when they can. */
export function whyNoDebianPackages() {
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
 * Downloads packages and all that they need, the C library included, with a configuration of apt's own.
 * @param wanted suite, names, and Debian's name of another architecture than this machine's
 * @param work an empty folder, which all of it goes into
 * @returns the files
 * @throws Error saying what failed, with what apt printed
 */
export function downloadPackages({ suite, packages, architecture }, work) {
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
  const other = architecture
    ? [`APT::Architecture "${architecture}";`, `APT::Architectures { "${architecture}"; };`]
    : [];
  const conf = [
    ...other,
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
  runForPackages("apt-get", [...apt, "update"]);
  runForPackages("apt-get", [
    ...apt,
    "install",
    "--no-install-recommends",
    "--download-only",
    ...packages,
  ]);
  const archives = join(work, "cache", "archives");
  return readdirSync(archives)
    .filter((name) => name.endsWith(".deb"))
    .map((name) => join(archives, name));
}

/**
 * Runs a program that has to do with packages.
 * @throws Error saying what failed, with what it printed
 */
export function runForPackages(command, args) {
  const env = { ...process.env, LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" };
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env });
  if (error || status !== 0) {
    const said = `${error?.message ?? ""}${stderr ?? ""}`.trim() || (stdout ?? "").trim();
    throw new Error(`${command} ${args.join(" ")}: ${said}`);
  }
}
