import { messageOf } from "../../protocol/error.ts";
import type { Log } from "../log.ts";
import { type SlurmCommand, type SlurmCommandOptions, slurmCommand } from "./command.ts";
import { Launcher } from "./launcher.ts";

export interface LaunchedOptions {
  /** The launcher's program, built from launcher-main.ts. */
  program: string;
  settings: SlurmCommandOptions;
  log: Log;
  /** Milliseconds without a command after which the launcher ends. */
  restMs?: number;
}

/** So many commands at a time are many. A job that is alone never has them. */
const MANY = 3;

const REST_MS = 10_000;

/**
 * Runner of Slurm's commands, with the contract of `slurmCommand`: directly, or by a launcher while there are many.
 * Until that is ready, and for a while after one was lost, commands run directly.
 */
export function launched(options: LaunchedOptions): SlurmCommand {
  const { program, settings, log, restMs = REST_MS } = options;
  const direct = slurmCommand(settings);
  let running = 0;
  let launcher: Launcher | undefined;
  let mayStart = true;
  let resting: Launcher | undefined;

  const rest = setTimeout(() => {
    mayStart = true;
    if (!launcher?.isIdle) return;
    resting = launcher;
    launcher.end();
  }, restMs).unref();

  const onEnd = (ended: Launcher) => {
    launcher = undefined;
    mayStart = ended === resting;
    rest.refresh();
    const fields = { ...ended.account };
    if (mayStart) log("info", "launcher ended", fields);
    else log("warn", "launcher lost; Slurm's commands are started directly for a while", fields);
  };

  const start = () => {
    mayStart = false;
    rest.refresh();
    try {
      launcher = new Launcher({ program, settings, onEnd });
    } catch (error) {
      log("warn", "the launcher cannot be started", { error: messageOf(error) });
    }
  };

  return async (name, args, commandOptions = {}) => {
    // A long text would be carried twice, at more than the cost of a start. Only squeue has one, once a second.
    if (commandOptions.onStdout) return direct(name, args, commandOptions);
    running += 1;
    try {
      if (running >= MANY && !launcher && mayStart) start();
      if (!launcher?.isReady) return await direct(name, args, commandOptions);
      return await launcher.run(name, args, commandOptions);
    } finally {
      running -= 1;
      if (launcher) rest.refresh();
    }
  };
}
