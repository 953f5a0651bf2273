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
  /** Takes what it prints on stdout, as it comes: its result has none of it then. */
  onStdout?: (printed: Buffer) => void;
  /** Variables besides those that every command gets. */
  env?: Readonly<Record<string, string>>;
  /** With the soft limits of a login: Slurm hands those of sbatch on to the job. */
  asLogin?: boolean;
  /** Ends the command; what it has printed is its result. */
  signal?: AbortSignal;
}

/** Runs one of Slurm's commands with an argument array; there is no shell in between. */
export type SlurmCommand = (
  name: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandResult>;

/** Slurm's own time-outs are shorter; this one is for a hung file system. */
export const TIMEOUT_MS = 120_000;

/** Characters kept of what a command prints; the rest is read and dropped. */
const OUTPUT_MAX = 16 * 1024 * 1024;

/** How Slurm's commands are run. */
export interface SlurmCommandOptions {
  /** Folder of Slurm's commands; undefined: PATH of `env`. */
  bin: string | undefined;
  /** The whole environment of the commands. */
  env: Readonly<Record<string, string>>;
  /** Open files that a login may have: Node.js has set its own soft limit to the hard one. */
  openFiles: number | "unlimited";
}

/** Runs what follows with another soft limit of open files, as far as the hard one lets it. */
const AS_LOGIN = 'ulimit -S -n "$0" 2>/dev/null; exec "$@"';

/** Runner of Slurm's commands. */
export function slurmCommand({ bin, env, openFiles }: SlurmCommandOptions): SlurmCommand {
  return (name, args, options = {}) =>
    new Promise((resolve, reject) => {
      const program = bin ? join(bin, name) : name;
      const [command, argv]: [string, readonly string[]] = options.asLogin
        ? ["/bin/sh", ["-c", AS_LOGIN, String(openFiles), program, ...args]]
        : [program, args];
      const child = spawn(command, argv, {
        cwd: options.cwd,
        env: { ...env, ...options.env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const stop = () => child.kill("SIGTERM");
      options.signal?.addEventListener("abort", stop, { once: true });
      // Not spawn's own time-out: its timer outlives a command that cannot be run.
      const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? TIMEOUT_MS);
      const kept = { stdout: "", stderr: "", output: "" };
      const keep = (stream: "stdout" | "stderr") => (text: string) => {
        if (kept.output.length > OUTPUT_MAX) return;
        kept[stream] += text;
        kept.output += text;
      };
      if (options.onStdout) child.stdout.on("data", options.onStdout);
      else child.stdout.setEncoding("utf8").on("data", keep("stdout"));
      child.stderr.setEncoding("utf8").on("data", keep("stderr"));
      child.on("error", (cause) => {
        clearTimeout(timer);
        reject(
          new CloudSubmitError("internal", `${name} cannot be run: ${cause.message}`, { cause }),
        );
      });
      child.on("close", (code) => {
        clearTimeout(timer);
        options.signal?.removeEventListener("abort", stop);
        resolve({ code, ...kept });
      });
    });
}
