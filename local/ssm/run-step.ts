import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RenderedStep } from "./document.ts";
import { EXIT_STOPPED } from "./exit-status.ts";

/** What is kept of the output, in characters. */
const STDOUT_LIMIT = 24_000;
const STDERR_LIMIT = 8_000;

export interface StepPlace {
  /** The SSM agent's own folder of this machine's documents. */
  readonly folder: string;
  /** The environment of the SSM agent. */
  readonly env: Readonly<Record<string, string>>;
  readonly commandId: string;
  /** Ends the script, and all that it has started, as a cancel does. */
  readonly cancel?: AbortSignal | undefined;
}

/** How a step ended. */
export interface StepEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one step as the SSM agent does: `sh -c <folder of the command>/…/_script.sh` in /usr/bin, stdin from
 * /dev/null, its own process group, which a time-out and a cancel end by SIGKILL.
 */
export async function runStep(step: RenderedStep, place: StepPlace): Promise<StepEnd> {
  const command = join(place.folder, "orchestration", place.commandId);
  const script = join(command, step.name, "_script.sh");
  await mkdir(join(command, step.name), { recursive: true });
  await writeFile(script, step.script, { mode: 0o700 });
  try {
    return await runScript(script, step, place);
  } finally {
    await rm(command, { recursive: true, force: true });
  }
}

function runScript(script: string, step: RenderedStep, place: StepPlace): Promise<StepEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", script], {
      cwd: step.workingDirectory ?? "/usr/bin",
      env: { ...place.env, SSM_COMMAND_ID: place.commandId, ...step.env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout = (stdout + text).slice(0, STDOUT_LIMIT);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(0, STDERR_LIMIT);
    });
    let isStopped = false;
    const stop = () => {
      isStopped = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    const timer = setTimeout(stop, step.timeoutSeconds * 1000);
    place.cancel?.addEventListener("abort", stop, { once: true });
    const done = () => {
      clearTimeout(timer);
      place.cancel?.removeEventListener("abort", stop);
    };
    child.once("error", (error) => {
      done();
      reject(error);
    });
    child.once("close", (code) => {
      done();
      // The agent itself gives -1 for a script that a signal has ended.
      resolve({ exitCode: isStopped ? EXIT_STOPPED : (code ?? -1), stdout, stderr });
    });
  });
}
