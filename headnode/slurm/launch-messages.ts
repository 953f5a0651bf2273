import type { CommandOptions, CommandResult, SlurmCommandOptions } from "./command.ts";

/** From the agent to the launcher: first how commands are run, then which. */
export type ToLauncher = { settings: SlurmCommandOptions } | LaunchRequest | { abort: number };

export interface LaunchRequest {
  id: number;
  name: string;
  args: readonly string[];
  options: Omit<CommandOptions, "signal" | "onStdout">;
}

/** How a command ended; its whole output only where that is not its stdout. */
export type LaunchedResult = Omit<CommandResult, "output"> & { output?: string };

/** From the launcher to the agent: that it takes commands, and how each of them ended. */
export type FromLauncher =
  | { ready: true }
  | ({ id: number; cpuMs: number } & ({ result: LaunchedResult } | { error: string }));
