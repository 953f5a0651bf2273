import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { waitUntil } from "../wait-until.ts";
import { allProcesses, processStat } from "./proc.ts";

/** How to start one long-running process of the local cloud. */
export interface DaemonSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly log: string;
}

interface PidFile {
  readonly pid: number;
  readonly startTime: string;
  /** Version at its start, for the caller to compare. */
  readonly version: string;
}

/**
 * Starts a process that outlives this one, in a session of its own, its output appended to its log.
 * The pid file holds the start time too, so that a recycled pid is never taken for the daemon.
 */
export async function startDaemon(spec: DaemonSpec, runDir: string, version = ""): Promise<number> {
  mkdirSync(runDir, { recursive: true });
  mkdirSync(dirname(spec.log), { recursive: true });
  const log = openSync(spec.log, "a");
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: { ...spec.env },
      detached: true,
      stdio: ["ignore", log, log],
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(new Error(`${spec.command}: ${error.message}`)));
    });
    child.unref();
    const pid = child.pid as number;
    const file: PidFile = { pid, startTime: processStat(pid)?.startTime ?? "", version };
    writeFileSync(pidFile(spec.name, runDir), JSON.stringify(file));
    return pid;
  } finally {
    closeSync(log);
  }
}

/** The daemon's pid when it is alive, by pid and start time. */
export function daemonPid(name: string, runDir: string): number | undefined {
  const file = readPidFile(name, runDir);
  if (file === undefined || file.startTime === "") return undefined;
  return processStat(file.pid)?.startTime === file.startTime ? file.pid : undefined;
}

/** The version that the daemon was started as. */
export function daemonVersion(name: string, runDir: string): string | undefined {
  return readPidFile(name, runDir)?.version;
}

/**
 * Asks the daemon to end, insists after `grace` milliseconds, and returns when it and every process
 * left in its session are gone.
 */
export async function stopDaemon(name: string, runDir: string, grace = 5000): Promise<void> {
  const file = readPidFile(name, runDir);
  if (file === undefined) return;
  const pid = daemonPid(name, runDir);
  if (pid !== undefined) {
    signal(pid, "SIGTERM");
    await waitUntil(name, () => gone([pid]), { deadline: grace }).catch(() =>
      signal(pid, "SIGKILL"),
    );
    await waitUntil(`${name} to end`, () => gone([pid]), { deadline: 5000 });
  }
  // A session keeps its id while it has members; a live process with that pid is not ours.
  if (processStat(file.pid) === undefined) {
    const left = allProcesses()
      .filter(({ session }) => session === file.pid)
      .map((each) => each.pid);
    await killAll(left, `what ${name} has left`);
  }
  rmSync(pidFile(name, runDir), { force: true });
}

/** Kills these processes and returns when they are gone. */
export async function killAll(pids: readonly number[], what: string): Promise<void> {
  for (const pid of pids) signal(pid, "SIGKILL");
  await waitUntil(`${what} to end`, () => gone(pids), { deadline: 5000 });
}

function gone(pids: readonly number[]): true | undefined {
  return pids.every((pid) => processStat(pid) === undefined) || undefined;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function pidFile(name: string, runDir: string): string {
  return join(runDir, `${name}.json`);
}

function readPidFile(name: string, runDir: string): PidFile | undefined {
  try {
    return JSON.parse(readFileSync(pidFile(name, runDir), "utf8")) as PidFile;
  } catch {
    return undefined;
  }
}
