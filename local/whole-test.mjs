// Everything that `npm test` runs once all is there.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, runBeside } from "./run-step.mjs";
import { DISTRIBUTION, SLURM, TESTED_CHOICES } from "./slurm-choice.mjs";
import {
  bench,
  deploy,
  deployStep,
  endToEnd,
  engines,
  faultsStep,
  machines,
  networks,
  tool,
  transfer,
  unitStep,
} from "./suites.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const results = join(checkout, ".local", "test");
/** Beside the local cloud's logs, which go with it. */
const logs = join(checkout, ".local", "test-logs");
const log = (name) => join(logs, `${name}.log`);

/** The same on every Slurm: tests of the package, of README's commands, of terminals, of bytes, of what AWS and clients do. */
const ONCE = [
  "--testPathIgnorePatterns",
  "/(package|readme|terminal|data-once|folder-sync|command-line|dead-letters|headnode-install|posix-sh|engine-in-a-job|bucket-protocol)\\.test\\.ts$",
];
/** The same are also faults of files, of AWS and of clients; and bursts take long. */
const FAULTS_ONCE = [
  "--without",
  "burst,cache:,input elsewhere:,removal:,chosen results:,event:,queue:,SSM:,S3:,client:,file:,object:,dead letter:,disk:",
];

/** How a cloud with that Slurm is told apart. */
const on = (choice, env) => ({
  ...env,
  [SLURM]: choice,
  CLOUD_SUBMIT_TEST_NAME: `slurm-${choice}`,
});

/** Runs a cloud's tests; they find one that was used before. */
async function onCloud(env, tests) {
  const code = run(process.execPath, [tool("demo")], env) || (await tests());
  return run(process.execPath, [tool("local"), "down"], env) || code;
}

/**
 * Runs the checks that depend on Slurm on another one of its versions, and beside them, once its cloud is there, a step.
 *
 * @returns {Promise<number | undefined>} undefined: this machine cannot have that version, and nothing was run
 */
async function onOtherSlurm(choice, { env, otherSlurm, name, stepOf }) {
  const why = otherSlurm(choice);
  if (why !== undefined) {
    console.log(`Slurm ${choice} is not tested on this machine: ${why}`);
    return undefined;
  }
  const own = on(choice, env);
  console.log(`Slurm ${choice}`);
  return onCloud(own, () => runBeside(stepOf(own), log(name), () => endToEnd(ONCE, own)));
}

/** The other versions; what deploys in every way does so beside the first of them, and faults meet the newest. */
async function onOtherSlurms(env, otherSlurm) {
  const [between, newest] = TESTED_CHOICES;
  const deploys = { name: "deploy", stepOf: () => deployStep(env) };
  // Differences of a version in between show on the oldest or the newest.
  const meets = { name: "faults-newest", stepOf: (own) => faultsStep(FAULTS_ONCE, own) };
  const code = await onOtherSlurm(between, { env, otherSlurm, ...deploys });
  return (
    (code ?? deploy([], env)) || ((await onOtherSlurm(newest, { env, otherSlurm, ...meets })) ?? 0)
  );
}

/**
 * Runs everything, stopping at the first failure; last line: the counts of all jest runs. Suites that wait most of their
 * time for Slurm or for a line have others beside them. Only one at a time may deploy, or build what another one runs.
 *
 * @param {(choice: string) => string | undefined} otherSlurm brings a version of Slurm; says why it cannot be had
 */
export async function wholeTest(otherSlurm) {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  mkdirSync(logs, { recursive: true });
  const env = { CLOUD_SUBMIT_TEST_RESULTS: results };
  const first = on(DISTRIBUTION, env);
  const onFirstSlurm = () => onCloud(first, async () => endToEnd([], first) || engines([], first));
  const onLines = () => transfer([], env) || networks([], env) || machines([], env);
  const code =
    run("npm", ["run", "--silent", "check:static"], env) ||
    (await runBeside(unitStep(env), log("unit"), onFirstSlurm)) ||
    (await runBeside(faultsStep([], first), log("faults"), onLines)) ||
    bench("cloud", ["--quick"]) ||
    (await onOtherSlurms(env, otherSlurm));
  const runs = readdirSync(results).map((file) => JSON.parse(readFileSync(join(results, file))));
  const sum = (count) => runs.reduce((total, one) => total + one[count], 0);
  // A step that failed without a failed test (types, lint, a test file that cannot be loaded) counts too.
  const failed = sum("numFailedTests") || (code === 0 ? 0 : 1);
  const skipped = sum("numPendingTests");
  // For those that need what this machine has not: a network of their own.
  const more = skipped === 0 ? "" : `, ${skipped} skipped`;
  console.log(`${sum("numPassedTests")} passed, ${failed} failed${more}`);
  return code;
}
