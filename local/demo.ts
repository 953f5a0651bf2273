import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { readLocalEnv, up } from "./cloud.ts";
import { type LocalConfig, loadConfig } from "./config.ts";

/** Longer results are shown up to here, in characters. */
const SHOWN = 2000;

/**
 * Runs one job the whole way round - upload, events, Slurm, results - with the real command line.
 * Further arguments go to `cloud-submit run`.
 * @returns the exit code of `cloud-submit run`
 */
async function demo(config: LocalConfig, args: readonly string[]): Promise<number> {
  const program = join(config.checkout, "dist", "cloud-submit.cjs");
  const example = join(config.checkout, "examples", "hello");
  for (const needed of [program, example]) {
    if (!existsSync(needed)) throw new Error(`${needed} is not there; run: npm run build`);
  }
  console.log("Bringing the local cloud up ...");
  await up((service, what, took) =>
    console.log(`  ${service} ${what} (${(took / 1000).toFixed(1)} s)`),
  );

  const folder = join(config.home, "demo", "hello");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(example, folder, { recursive: true });
  const inputs = new Set(filesBelow(folder));

  console.log(`\n$ cloud-submit run ${[relative(config.checkout, folder), ...args].join(" ")}`);
  const env = { ...config.baseEnv, ...readLocalEnv(config) };
  const code = await runOnTerminal(program, ["run", folder, ...args], env, config.checkout);

  const results = filesBelow(folder).filter((file) => !inputs.has(file));
  const own = results.filter((file) => !file.startsWith("job-aws-"));
  for (const file of own) console.log(`\n--- ${file}\n${preview(join(folder, file))}`);
  const record = results.filter((file) => file.startsWith("job-aws-"));
  console.log(`\nAlso there, about the job itself: ${record.join(", ")}`);
  console.log("\nThe local cloud stays up, so the next run starts at once.");
  console.log("Stop it with: npm run local:down");
  return code;
}

function runOnTerminal(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

function preview(file: string): string {
  const content = readFileSync(file);
  if (content.includes(0)) return `(${content.length} bytes, not text)`;
  const text = content.toString("utf8").trimEnd();
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}\n... (${text.length} characters)`;
}

try {
  process.exitCode = await demo(loadConfig(), process.argv.slice(2));
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
