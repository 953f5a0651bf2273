import { spawn } from "node:child_process";
import { EXIT_STOPPED } from "./exit-status.ts";

/** Most output that is kept, in characters. */
const STDOUT_LIMIT = 24_000;
const STDERR_LIMIT = 8_000;

export interface ScriptPlace {
  readonly cwd: string;
  /** The script's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Ends the script, and all of its process group, as a cancel does. */
  readonly cancel?: AbortSignal | undefined;
}

/** How a step ended. */
export interface StepEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a script file as the SSM agent does: `sh -c <file>`, stdin from /dev/null, its own process group. A time-out and
 * a cancel end it by SIGKILL, and do not wait for processes outside the group that hold the output.
 *
 * @throws what spawn says when there is no shell, or no such working directory
 */
export function runScript(file: string, place: ScriptPlace): Promise<StepEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", file], {
      cwd: place.cwd,
      env: { ...place.env },
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
    const settle = () => {
      clearTimeout(timer);
      place.cancel?.removeEventListener("abort", stop);
    };
    const stop = () => {
      settle();
      if (child.pid !== undefined) killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ exitCode: EXIT_STOPPED, stdout, stderr });
    };
    const timer = setTimeout(stop, place.timeoutSeconds * 1000);
    place.cancel?.addEventListener("abort", stop, { once: true });
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("close", (code) => {
      settle();
      // The agent itself gives -1 for a script that a signal has ended.
      resolve({ exitCode: code ?? -1, stdout, stderr });
    });
  });
}

/** Ends a process group, which may have ended by itself: its leader is gone, and others only hold its output. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
