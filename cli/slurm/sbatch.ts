import { readFileSync } from "node:fs";
import packageJson from "../../package.json" with { type: "json" };
import { directiveLines } from "../../protocol/script-directives.ts";
import { askYes } from "../ui/ask-yes.ts";
import { type SbatchCall, sbatchCall, sbatchOptionsOf } from "./args.ts";
import { awaitResults } from "./await-results.ts";
import { startFetcher } from "./fetcher/start.ts";
import { wakeFetcher } from "./fetcher/wake.ts";
import { environmentOptions } from "./sbatch-environment.ts";
import { type GivenScript, readScript, scriptFromInput, wrapped } from "./script-text.ts";
import { type SlurmContext, slurmContext } from "./slurm-context.ts";
import { slurmVersion } from "./slurm-version.ts";
import { submitBatch } from "./submit-batch.ts";

/**
 * `sbatch`: sends the folder that it is called in with a job script, and prints the id that Slurm gave the job.
 *
 * @returns the exit code; with --wait the job's
 */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const call = sbatchCall(argv);
  const isAsked = (name: string) => call.options.some((one) => one.name === name);
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  if (isAsked("help") || isAsked("usage")) {
    const { sbatchHelp, sbatchUsage } = await import("./sbatch-help.ts");
    return print(isAsked("help") ? sbatchHelp() : sbatchUsage()), 0;
  }
  if (isAsked("version")) return print(await slurmVersion(env, packageJson.version)), 0;
  const script = scriptOf(call, env, () => readFileSync(0));
  const verbose =
    isAsked("verbose") || environmentOptions(env).on.some(({ name }) => name === "verbose");
  return sbatch(await slurmContext(env, { verbose }), { call, script });
}

/** The script of a call. */
function scriptOf(call: SbatchCall, env: NodeJS.ProcessEnv, input: () => Buffer): GivenScript {
  const wrap = call.options.findLast(({ name }) => name === "wrap")?.value;
  if (wrap !== undefined) return wrapped(wrap);
  if (call.script === undefined) return scriptFromInput(input());
  return readScript(call.script, process.cwd(), env);
}

/** The same for a call that was read. */
export async function sbatch(
  slurm: SlurmContext,
  { call, script }: { call: SbatchCall; script: GivenScript },
  start: (slurm: SlurmContext) => Promise<void> = startFetcher,
): Promise<number> {
  const { context, env } = slurm;
  const own = sbatchOptionsOf(call, env, script.text);
  const options = /^#(?:PBS|BSUB)/m.test(script.text)
    ? (await import("./foreign-lines.ts")).withForeign(own, script.text, directiveLines)
    : own;
  if (script.raw !== undefined) (await import("./check-utf8.ts")).checkUtf8(options);
  const isGiven = (name: string) => options.given.has(name) || options.inScript.has(name);
  // A script on stdin leaves nobody to ask.
  const ask = call.script === undefined ? undefined : askYes(context.say, process);
  const job = await submitBatch(slurm, { call, options, script, ask }, () => start(slurm));
  // The fetcher, which runs by now, looks at once.
  await wakeFetcher(slurm.folders.root).catch(() => undefined);
  if (!isGiven("quiet"))
    context.out(isGiven("parsable") ? job.id : `Submitted batch job ${job.id}`);
  if (!isGiven("wait")) return 0;
  return awaitResults(slurm, job);
}
