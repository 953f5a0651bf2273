import type { AgentGeneration } from "../config.ts";
import type { RuleBook } from "../faults/rule-book.ts";
import { type Command, commandAnswer, invocationAnswer } from "./command.ts";
import type { CommandDocument } from "./document.ts";
import { isForCommand, type SsmRule } from "./faults.ts";
import type { Runner } from "./runner.ts";
import { acceptCommand, type ManagedInstance } from "./send-command.ts";
import type { Operation } from "./server.ts";
import { SsmError } from "./ssm-error.ts";

export interface OperationsOptions {
  readonly documents: () => ReadonlyMap<string, CommandDocument>;
  readonly instance: ManagedInstance;
  readonly generation: AgentGeneration;
  readonly runner: Runner;
  readonly faults: RuleBook<SsmRule>;
}

/** What ListCommands shows at most, and so all that is remembered. */
const KEPT = 5000;

/** The four operations that the project and its users need. */
export function ssmOperations(options: OperationsOptions): ReadonlyMap<string, Operation> {
  const commands = new Map<string, Command>();

  const find = (body: Record<string, unknown>): Command => {
    const command = commands.get(String(body["CommandId"]));
    if (command === undefined) throw new SsmError("InvalidCommandId", "No such command");
    return command;
  };
  const list = (body: Record<string, unknown>): Command[] => {
    if (body["CommandId"] !== undefined) return [find(body)];
    return [...commands.values()].toReversed();
  };

  return new Map<string, Operation>([
    [
      "SendCommand",
      (body) => {
        const { documents, instance, generation, runner, faults } = options;
        const accepted = acceptCommand(body, documents(), instance, generation);
        const rule = faults.take((each) => isForCommand(each, accepted.parameters));
        if (rule?.fault === "throttle") throw new SsmError("ThrottlingException", "Rate exceeded");
        if (rule?.fault === "server-error") throw new Error("a fault that was put in");
        const command = { ...accepted, rule };
        commands.set(command.commandId, command);
        const [oldest] = commands.keys();
        if (commands.size > KEPT && oldest !== undefined) commands.delete(oldest);
        const answer = { Command: commandAnswer(command) };
        // After the answer is made: it says Pending, as SSM's always does.
        runner.submit(command);
        return answer;
      },
    ],
    [
      "GetCommandInvocation",
      (body) => {
        const command = find(body);
        if (command.instanceId === undefined || body["InstanceId"] !== command.instanceId) {
          throw new SsmError("InvocationDoesNotExist", "No run of that command on that instance");
        }
        return invocationAnswer(command);
      },
    ],
    ["ListCommands", (body) => ({ Commands: list(body).map(commandAnswer) })],
    [
      "ListCommandInvocations",
      (body) => ({
        CommandInvocations: list(body)
          .filter(({ instanceId }) => instanceId !== undefined)
          .map((command) => ({
            ...invocationAnswer(command),
            RequestedDateTime: command.requestedAt / 1000,
          })),
      }),
    ],
  ]);
}
