import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { succeeds } from "../bucket/flow/succeeds.ts";
import {
  type DaemonSpec,
  daemonPid,
  daemonVersion,
  startDaemon,
  stopDaemon,
} from "./process/daemon.ts";
import { type Probe, waitUntil } from "./wait-until.ts";

/** A service as `status` shows it. */
export interface ServiceStatus {
  readonly name: string;
  readonly pid: number | undefined;
  readonly port?: number;
}

/** One service of the local cloud: something that is up or down. */
export interface Service {
  readonly name: string;
  status(): ServiceStatus;
  /** Returns when the service is ready; true when it had to be started. */
  start(): Promise<boolean>;
  /** Returns when the service and everything it started is gone. */
  stop(): Promise<void>;
}

export interface DaemonServiceOptions {
  readonly spec: DaemonSpec;
  readonly runDir: string;
  readonly port?: number;
  /** Answers once the service can be used. */
  readonly ready: (pid: number) => ReturnType<Probe<unknown>>;
  /** Milliseconds to become ready. */
  readonly deadline: number;
  /** Done before each start, never when it is up already. */
  readonly prepare?: () => Promise<void> | void;
  /** Files it is made of: when one has changed, a start replaces what is running. */
  readonly files?: readonly string[];
  /** Milliseconds to end after being asked. */
  readonly grace?: number;
}

/** A service that is one process. A start that fails leaves nothing of it running. */
export function daemonService(options: DaemonServiceOptions): Service {
  const { spec, runDir } = options;
  const { name } = spec;
  const stop = () => stopDaemon(name, runDir, options.grace);
  const becomeReady = (pid: number) =>
    waitUntil(`${name} is not ready`, () => options.ready(pid), {
      deadline: options.deadline,
      failed: () => (daemonPid(name, runDir) === pid ? undefined : "it has ended"),
    });
  return {
    name,
    status: () => ({
      name,
      pid: daemonPid(name, runDir),
      ...(options.port === undefined ? {} : { port: options.port }),
    }),
    stop,
    async start() {
      const version = versionOf(spec, options.files ?? []);
      const running = daemonPid(name, runDir);
      if (running !== undefined && daemonVersion(name, runDir) === version) {
        const usable = await succeeds(becomeReady(running));
        if (usable) return false;
      }
      try {
        // Leftovers of a crash would hold its port.
        await stop();
        await options.prepare?.();
        await becomeReady(await startDaemon(spec, runDir, version));
      } catch (error) {
        await stop();
        throw new PartError(name, spec.log, error);
      }
      return true;
    },
  };
}

/** Says how a shell is set up, not what the service does; npm alone changes PATH from run to run. */
const SHELL_VARIABLES: ReadonlySet<string> = new Set(["PATH", "HOME", "LANG", "USER"]);

function versionOf(spec: DaemonSpec, files: readonly string[]): string {
  const env = Object.entries(spec.env).filter(([key]) => !SHELL_VARIABLES.has(key));
  const hash = createHash("sha256").update(JSON.stringify([spec.command, spec.args, env]));
  for (const file of files) if (existsSync(file)) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** A service that did not come up: which one, why, and the end of its log. */
export class PartError extends Error {
  constructor(service: string, log: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${reason}${lastLines(log, service)}`, { cause });
    this.name = "PartError";
  }
}

function lastLines(log: string, service: string): string {
  try {
    const lines = readFileSync(log, "utf8").trimEnd().split("\n").slice(-12);
    return `\nThe end of ${service}'s log, ${log}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
  } catch {
    return "";
  }
}
