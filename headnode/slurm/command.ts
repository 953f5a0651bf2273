import { spawn } from "node:child_process";
import { join } from "node:path";
import { CloudSubmitError } from "../../protocol/error.ts";

/** How a command ended. */
export interface CommandResult {
  /** null when it was ended by a signal. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** Both streams in the order in which they came. */
  output: string;
}

export interface CommandOptions {
  cwd?: string;
  timeoutMs?: number;
}

/** Runs one of Slurm's commands with an argument array; there is no shell in between. */
export type SlurmCommand = (
  name: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandResult>;

/** Slurm's own time-outs are shorter; this one is for a hung file system and for `#SBATCH --wait`. */
const TIMEOUT_MS = 120_000;

/** Bytes kept of what a command prints. */
const OUTPUT_MAX = 16 * 1024 * 1024;

/**
 * @param bin folder of Slurm's commands; undefined: PATH of `env`
 * @param env the whole environment of the commands
 */
export function slurmCommand(bin: string | undefined, env: Record<string, string>): SlurmCommand {
  return (name, args, options = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(bin ? join(bin, name) : name, args, {
        cwd: options.cwd,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      // Not spawn's own time-out: its timer outlives a command that cannot be run.
      const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? TIMEOUT_MS);
      const kept = { stdout: "", stderr: "", output: "" };
      const keep = (stream: "stdout" | "stderr") => (text: string) => {
        if (kept.output.length > OUTPUT_MAX) return;
        kept[stream] += text;
        kept.output += text;
      };
      child.stdout.setEncoding("utf8").on("data", keep("stdout"));
      child.stderr.setEncoding("utf8").on("data", keep("stderr"));
      child.on("error", (cause) => {
        clearTimeout(timer);
        reject(
          new CloudSubmitError("internal", `${name} cannot be run: ${cause.message}`, { cause }),
        );
      });
      child.on("close", (code) => {
        clearTimeout(timer);
        resolve({ code, ...kept });
      });
    });
}
