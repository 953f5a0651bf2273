// Runs jest on the given paths with what native ES modules need: node local/jest.mjs test/unit
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const paths = process.argv.slice(2);
// Set by setup.mjs, which adds the counts of several runs up.
const results = process.env.CLOUD_SUBMIT_TEST_RESULTS;
// The same tests on another Slurm are another run.
const run = [process.env.CLOUD_SUBMIT_TEST_NAME ?? "", ...paths].join(" ").replace(/\W+/g, "-");
const report = results ? ["--json", `--outputFile=${join(results, `${run}.json`)}`] : [];
const { status } = spawnSync(
  process.execPath,
  [join(checkout, "node_modules/jest/bin/jest.js"), ...paths, ...report],
  {
    cwd: checkout,
    stdio: "inherit",
    env: {
      ...process.env,
      NODE_OPTIONS: "--experimental-vm-modules --no-warnings",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  },
);
process.exit(status ?? 1);
