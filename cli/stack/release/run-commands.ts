import type { HeadNodeCommand } from "../../../protocol/ssm-command.ts";

/** How a command ended, or where it stands. */
export interface CommandResult {
  instanceId: string;
  /** SSM's word, such as Success or Failed; `ended` tells whether it can still change. */
  status: string;
  ended: boolean;
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** SSM Run Command, as far as it is needed here. */
export interface RunCommands {
  /** @returns the command's id */
  send: (command: HeadNodeCommand) => Promise<string>;
  /** undefined: SSM knows of no machine that has the command yet. */
  result: (commandId: string) => Promise<CommandResult | undefined>;
}
