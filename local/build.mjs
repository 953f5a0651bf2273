// Bundles every program of the project into dist/. Takes well under a second, so it is always run.
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { lanePlugin } from "./lane-program.mjs";
import { noticesOf } from "./notices.cjs";
import { splitProgram } from "./split-program.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** Programs need their version, and not the rest of package.json. */
const versionAlone = {
  name: "version-alone",
  setup({ onLoad }) {
    const file = join(checkout, "package.json");
    const { version } = JSON.parse(readFileSync(file, "utf8"));
    onLoad({ filter: /\/package\.json$/ }, ({ path }) =>
      path === file ? { contents: JSON.stringify({ version }), loader: "json" } : undefined,
    );
  },
};

/** The parser could start programs for subcommands. None of these has one, and what starts programs takes 6 ms to load. */
const parserStartsNone = {
  name: "parser-starts-none",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.endsWith("/commander/lib/command.js")
        ? { path: "none", namespace: "parser-starts-none" }
        : undefined,
    );
    onLoad({ filter: /^none$/, namespace: "parser-starts-none" }, () => ({ contents: "" }));
  },
};

const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  // ES module builds of dependencies first: their unused parts are left out.
  mainFields: ["module", "main"],
  absWorkingDir: checkout,
  logLevel: "error",
  plugins: [versionAlone, parserStartsNone, lanePlugin],
};

// CommonJS bundles load 8 to 19 ms faster than ES modules: for what users and systemd start.
const programs = { format: "cjs", minify: true, legalComments: "none" };

// Bundled CommonJS dependencies call require(), which ES modules do not have.
const tools = {
  format: "esm",
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
};

const outputs = [
  ["headnode/main.ts", "dist/agent.cjs", programs],
  ["headnode/slurm/launcher-main.ts", "dist/slurm-launcher.cjs", programs],
  ["local/main.ts", "dist/local/local.mjs", tools],
  ["local/demo.ts", "dist/local/demo.mjs", tools],
  ["local/ssm/main.ts", "dist/local/ssm.mjs", tools],
  ["local/faults/s3-proxy-main.ts", "dist/local/s3-proxy.mjs", tools],
  ["cli/docs/main.ts", "dist/docs-cli.mjs", tools],
  ["bench/cloud/main.ts", "dist/bench/cloud.mjs", tools],
  ["bench/cloud/function-runner.ts", "dist/bench/function-runner.cjs", programs],
  ["bench/cloud/two-clients.ts", "dist/bench/two-clients.cjs", programs],
  ["test/networks/agent-clients.ts", "dist/test/agent-clients.cjs", programs],
  ["bench/old-design/on-object-created.ts", "dist/bench/old-design/index.js", programs],
  ["bench/report/main.ts", "dist/bench/report.mjs", tools],
  ["bench/http-clients/main.ts", "dist/bench/http-clients.mjs", tools],
  ["bench/sbatch-id.ts", "dist/bench/sbatch-id.mjs", tools],
  ["bench/several.ts", "dist/bench/several.mjs", tools],
  ["bench/bare-node/main.ts", "dist/bench/bare-node.cjs", programs],
  ["bench/simulate/main.ts", "dist/bench/simulate.mjs", tools],
  ["bench/transfer/main.ts", "dist/bench/transfer.mjs", tools],
  ["local/record-schema.ts", "dist/schema.mjs", tools],
];

/** Builds the agent as it is shipped. */
export function buildAgent(outfile) {
  return build({ ...common, ...programs, entryPoints: ["headnode/main.ts"], outfile });
}

/** Builds what starts Slurm's commands for the agent, as it is shipped. */
export function buildLauncher(outfile) {
  const entryPoints = ["headnode/slurm/launcher-main.ts"];
  return build({ ...common, ...programs, entryPoints, outfile });
}

/** Loaded at the first request to S3. */
const FIRST_REQUEST = ["bucket/network/shared-lookup.ts"];

/** Modules that are shipped together, because who loads one loads the others; see packFiles. */
const PACKS = {
  // Of each verb, and each of Slurm's commands, that asks S3 for something.
  jobs: [
    "cli/parse-flags.ts",
    "cli/jobs/object-name.ts",
    "cli/jobs/check-prefix.ts",
    "cli/ui/real-ui.ts",
    "cli/context.ts",
    "cli/jobs/read-job.ts",
    "cli/errors/aws-error.ts",
    ...FIRST_REQUEST,
    "bucket/listed-process.ts",
    "protocol/after.ts",
    "protocol/manifest.ts",
    "protocol/sbatch-option-table.ts",
    "protocol/task-ids.ts",
  ],
  verbs: ["cli/verbs-and-parser.ts", "cli/verbs/status/status.ts"],
  transfer: ["cli/verbs/submit/submit.ts", "cli/verbs/fetch/fetch.ts", "cli/verbs/run/run.ts"],
  slurm: ["cli/slurm/call-slurm.ts", "cli/slurm/spoken.ts", "cli/slurm/view/squeue.ts"],
  accounts: ["cli/slurm/view/sacct.ts", "cli/slurm/view/scontrol.ts"],
  sbatch: ["cli/slurm/sbatch.ts", "cli/verbs/slurm/fetcher.ts"],
};

/** Builds the command line; tells what went into each of its files. */
export function buildCommandLine({ program = "dist/cloud-submit.cjs", ...options } = {}) {
  return splitProgram(
    {
      ...common,
      ...programs,
      banner: { js: "#!/usr/bin/env node" },
      entryPoints: ["cli/main.ts"],
    },
    program,
    { packs: PACKS, ...options },
  );
}

/** The client of the transfer benchmark, built as the command line is. */
export function buildTransferClient(options = {}) {
  return splitProgram(
    { ...common, ...programs, entryPoints: ["bench/transfer/client-main.ts"] },
    "dist/bench/transfer-client.cjs",
    { packs: { jobs: FIRST_REQUEST }, ...options },
  );
}

/** Builds everything that is there to build. */
async function buildAll() {
  const [commandLine, ...others] = await Promise.all([
    buildCommandLine(),
    ...outputs
      .filter(([entry]) => existsSync(join(checkout, entry)))
      .map(([entry, outfile, options]) =>
        build({ ...common, ...options, entryPoints: [entry], outfile, metafile: true }),
      ),
    buildTransferClient(),
  ]);
  const agent = others.find(({ metafile }) => metafile.outputs["dist/agent.cjs"]);
  for (const [file, { metafile }] of [
    ["dist/THIRD-PARTY-NOTICES.txt", commandLine],
    ["dist/agent-notices.txt", agent],
  ])
    writeFileSync(join(checkout, file), noticesOf(Object.keys(metafile.inputs)));
  const cli = join(checkout, "dist/cloud-submit.cjs");
  if (existsSync(cli)) chmodSync(cli, 0o755);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await buildAll().catch((error) => {
    // esbuild has printed errors in a source.
    if (!error.errors) console.error(error.message);
    process.exit(1);
  });
  // They need downloads and seconds, so they are made when asked for: --packages, or --packages=x64; --machines.
  const asked = process.argv.find((argument) => /^--packages(=|$)/.test(argument));
  if (asked !== undefined) {
    const { ARCHITECTURES, buildPackages } = await import("./packages.mjs");
    const only = asked.split("=")[1]?.split(",") ?? ARCHITECTURES;
    const unknown = only.find((arch) => !ARCHITECTURES.includes(arch));
    if (unknown !== undefined) {
      console.error(`there is no package for ${unknown}: take ${ARCHITECTURES.join(" or ")}`);
      process.exit(1);
    }
    buildPackages(only);
  }
  if (process.argv.includes("--machines")) {
    const { buildMachines } = await import("./machines/build-machines.mjs");
    await buildMachines((program) => buildCommandLine({ program, isSingle: true }));
  }
}
