import {
  GetCommandInvocationCommand,
  InvocationDoesNotExist,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
  type SSMClientConfig,
} from "@aws-sdk/client-ssm";
import { isUnderWay, sendCommandInput } from "../../../protocol/ssm-command.ts";
import { CommandError } from "../../errors/command-error.ts";
import type { RunCommands } from "./run-commands.ts";

/** SSM Run Command on the SDK. */
export function runCommandsOverSsm(settings: SSMClientConfig): RunCommands {
  const ssm = new SSMClient(settings);
  return {
    send: async (command) => {
      const { Command } = await ssm.send(new SendCommandCommand(sendCommandInput(command)));
      if (!Command?.CommandId) throw new CommandError("aws", (say) => say("problem.noCommandId"));
      return Command.CommandId;
    },
    result: async (commandId) => {
      const instanceId = await instanceOf(ssm, commandId);
      if (instanceId === undefined) return undefined;
      try {
        const got = await ssm.send(
          new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }),
        );
        const status = got.Status ?? "Pending";
        return {
          instanceId,
          status: got.StatusDetails ?? status,
          ended: !isUnderWay(status),
          exitCode: got.ResponseCode,
          stdout: got.StandardOutputContent ?? "",
          stderr: got.StandardErrorContent ?? "",
        };
      } catch (error) {
        // Right after SendCommand; SSM knows of it in a moment.
        if (error instanceof InvocationDoesNotExist) return undefined;
        throw error;
      }
    },
  };
}

/** The instance that has the command: tags may lead to any one. */
async function instanceOf(ssm: SSMClient, commandId: string): Promise<string | undefined> {
  const { CommandInvocations } = await ssm.send(
    new ListCommandInvocationsCommand({ CommandId: commandId }),
  );
  const id = CommandInvocations?.[0]?.InstanceId;
  if (id !== undefined) return id;
  const { Commands } = await ssm.send(new ListCommandsCommand({ CommandId: commandId }));
  const command = Commands?.[0];
  // A command whose tags fit no machine ends at once, as NoInstancesInTag or, by its status, in success.
  if (command?.Status !== undefined && !isUnderWay(command.Status))
    throw new CommandError("config", (say) => say("problem.noHeadNode"));
  return undefined;
}
