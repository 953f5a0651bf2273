import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { messageOf } from "../../protocol/error.ts";
import type { Log } from "../log.ts";

export interface WatchdogOptions {
  everyMs: number;
  /** The agent's home, which is looked at through the threads that all calls of the file system need. */
  home: string;
  /** Tells systemd that the agent is alive. */
  notify: () => Promise<void>;
  log: Log;
}

/** systemd-notify waits for systemd, 5 s at most. Source: systemd-notify(1). */
const NOTIFY_MS = 10_000;

/**
 * Tells systemd from time to time that the agent's work goes on: that it comes to its turn, and that the threads
 * for files are free. systemd starts an agent anew of which it hears nothing (docs/decisions/028-watchdog.md).
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #timer: NodeJS.Timeout;
  #beating = false;

  /** Begins at once. */
  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#beat(), options.everyMs).unref();
    void this.#beat();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    const { home, notify, log } = this.#options;
    try {
      await stat(home);
      await notify();
    } catch (error) {
      log("warn", "systemd cannot be told that the agent is alive", { error: messageOf(error) });
    } finally {
      this.#beating = false;
    }
  }
}

/**
 * Sends WATCHDOG=1 to a socket of systemd: Node.js has no datagrams of Unix sockets. Source: sd_notify(3),
 * systemd-notify(1).
 *
 * @param program systemd-notify, on PATH or by its path
 */
export function notifySystemd(
  { socket, path }: { socket: string; path: string | undefined },
  program = "systemd-notify",
): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { NOTIFY_SOCKET: socket, ...(path !== undefined && { PATH: path }) };
    // Not spawn's own time-out: its timer outlives a command that cannot be run.
    const signal = AbortSignal.timeout(NOTIFY_MS);
    const child = spawn(program, ["WATCHDOG=1"], { env, stdio: "ignore", signal });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code ?? "a signal"}`));
    });
  });
}
