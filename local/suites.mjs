// The suites of tests, and the benchmarks: each function runs one, and returns its exit code.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, runQuietly, stop } from "./run-step.mjs";
import { suite, suiteInOwnNetwork, suiteStep } from "./run-suite.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const jest = join(checkout, "local", "jest.mjs");

/** A program of the local cloud, as it is built. */
export const tool = (name) => join(checkout, "dist", "local", `${name}.mjs`);

/** Runs a benchmark: the whole path on a local cloud of its own, or its simulation; fails when a count is past its goal. */
export function bench(name, args) {
  return run(process.execPath, [join(checkout, "dist", "bench", `${name}.mjs`), ...args]);
}

/** The end-to-end tests, on the local cloud. */
export const endToEnd = (args, env) => suite("e2e", args, env);
/** Workflow engines and libraries, unchanged, on a machine that shares nothing but S3 with the cluster. */
export const engines = (args, env) => suite("engines", args, env);
/** Packages and deploys the stack in several ways, and looks at what came of it. */
export const deploy = (args, env) => suite("deploy", args, env);
/** The same as a step. */
export const deployStep = (env) => suiteStep("deploy", [], env);
/** Puts, gets and lists on a server that verifies signatures. */
export const transfer = (args, env) => suite("transfer", args, env);
/** Command line, agent and AWS CLI behind proxies, filters and bad lines: in networks of their own. */
export const networks = (args, env) => suiteInOwnNetwork("networks", args, env);
/** Programs for machines without Node.js, in userlands of such machines. */
export function machines(args, env) {
  const programs = [join(checkout, "local", "build.mjs"), "--machines"];
  runQuietly("executables", process.execPath, programs);
  return suiteInOwnNetwork("machines", args, env);
}

/**
 * The unit tests, as a step: they wait for nothing, and touch nothing but their own folders. Programs beside them that
 * give an answer only so long, as workflow engines do, go first.
 */
export function unitStep(env) {
  return { command: process.execPath, args: [jest, "test/unit"], env, niceness: 10 };
}

/** Options of `faults`, and the variables in which test/faults/config.ts finds them. */
const FAULT_OPTIONS = {
  "--seed": "CLOUD_SUBMIT_FAULTS_SEED",
  "--submissions": "CLOUD_SUBMIT_FAULTS_SUBMISSIONS",
  "--only": "CLOUD_SUBMIT_FAULTS_ONLY",
  "--without": "CLOUD_SUBMIT_FAULTS_WITHOUT",
};

/** The fault suite on a local cloud of its own, as a step; without a number, each kind of fault once. */
export function faultsStep(args, env = {}) {
  const settings = { ...env };
  for (let at = 0; at < args.length; at += 2) {
    const name = FAULT_OPTIONS[args[at]];
    if (!name || !args[at + 1]) {
      stop(`faults takes ${Object.keys(FAULT_OPTIONS).join(", ")}, each with a value`);
    }
    settings[name] = args[at + 1];
  }
  const config = join(checkout, "test", "faults", "jest.config.mjs");
  return { command: process.execPath, args: [jest, "--config", config], env: settings };
}

/** Runs the fault suite. */
export function faults(args, env) {
  const step = faultsStep(args, env);
  return run(step.command, step.args, step.env);
}
