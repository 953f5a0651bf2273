import type { CommandStatus } from "./command.ts";

/** The SSM agent's status for a script's exit code, beside the code itself. Seen on 3.3.1142. */
export interface ExitStatus {
  readonly status: CommandStatus;
  readonly details: string;
}

/** A script's way to say that the machine is to be started anew, and the script run again after that. */
export const EXIT_REBOOT = 194;

/** Exit code after a time-out, a cancel, or SIGKILL of a script's last command. */
export const EXIT_STOPPED = 137;

/** A script's way to say that it went well and wants a restart later. */
const EXIT_SUCCESS_TOO = 168;

export function exitStatus(exitCode: number): ExitStatus {
  if (exitCode === 0 || exitCode === EXIT_SUCCESS_TOO)
    return { status: "Success", details: "Success" };
  if (exitCode === EXIT_STOPPED) return { status: "TimedOut", details: "ExecutionTimedOut" };
  return { status: "Failed", details: "Failed" };
}
