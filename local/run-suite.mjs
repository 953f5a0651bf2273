// Runs the tests of a folder, in this network or in one of their own.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inOwnNetwork, whyNoOwnNetwork } from "./network-namespaces.mjs";
import { run } from "./run-step.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs the tests of a folder below test/. */
export function suite(folder, args, env = {}) {
  const { command, args: jest } = jestOf(folder, args);
  return run(command, jest, env);
}

/** The same as a step. */
export function suiteStep(folder, args, env) {
  return { ...jestOf(folder, args), env };
}

function jestOf(folder, args) {
  const config = join(checkout, "test", folder, "jest.config.mjs");
  return {
    command: process.execPath,
    args: [join(checkout, "local", "jest.mjs"), "--config", config, ...args],
  };
}

/** The same in a network of its own, with mounts of its own. */
export function suiteInOwnNetwork(folder, args, env = {}) {
  // In memory: of folders of a run that was killed, nothing is left, either.
  const TMPDIR = join(checkout, ".local", folder);
  mkdirSync(TMPDIR, { recursive: true });
  const why = whyNoOwnNetwork(TMPDIR);
  const jest = jestOf(folder, args);
  const own = inOwnNetwork(jest.command, jest.args);
  if (why === undefined) return run(own.command, own.args, { ...env, TMPDIR });
  console.log(
    `networks of their own cannot be made here: ${why}; tests that need one are counted as skipped`,
  );
  return run(jest.command, jest.args, { ...env, CLOUD_SUBMIT_TEST_NO_NETWORKS: why });
}
