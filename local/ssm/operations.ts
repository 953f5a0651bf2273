import type { AgentGeneration } from "../config.ts";
import type { RuleBook } from "../faults/rule-book.ts";
import { type Command, commandAnswer, invocationAnswer, listedInvocation } from "./command.ts";
import type { Delivery } from "./delivery.ts";
import type { CommandDocument } from "./document.ts";
import { isForCommand, type SsmRule } from "./faults.ts";
import { type AgentInventory, instanceInformation } from "./instance-information.ts";
import { listCommands } from "./list-commands.ts";
import { acceptCommand, type ManagedInstance } from "./send-command.ts";
import type { Operation } from "./server.ts";
import { SsmError } from "./ssm-error.ts";
import type { TokenBucket } from "./token-bucket.ts";

export interface OperationsOptions {
  readonly documents: () => ReadonlyMap<string, CommandDocument>;
  readonly instance: ManagedInstance;
  readonly generation: AgentGeneration;
  readonly delivery: Pick<Delivery, "submit">;
  readonly faults: RuleBook<SsmRule>;
  /** Rate limit of SendCommand. */
  readonly sends: Pick<TokenBucket, "take">;
  readonly agent: AgentInventory;
}

/** Commands that are remembered; SSM does so for 30 days. */
const KEPT = 20_000;

/** The operations that the project and its users need. */
export function ssmOperations(options: OperationsOptions): ReadonlyMap<string, Operation> {
  const { documents, instance, generation, delivery, faults, sends, agent } = options;
  const commands = new Map<string, Command>();

  const send: Operation = (body) => {
    if (!sends.take()) throw new SsmError("ThrottlingException", "Rate exceeded");
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
    delivery.submit(command);
    return answer;
  };

  const invocation: Operation = (body) => {
    const command = commands.get(String(body["CommandId"]));
    if (command === undefined) throw new SsmError("InvalidCommandId", "No such command");
    if (command.instanceId === undefined || body["InstanceId"] !== command.instanceId)
      throw new SsmError("InvocationDoesNotExist", "No run of that command on that instance");
    return invocationAnswer(command);
  };

  return new Map<string, Operation>([
    ["SendCommand", send],
    ["GetCommandInvocation", invocation],
    [
      "ListCommands",
      (body) => {
        const { commands: page, nextToken } = listCommands(body, [...commands.values()]);
        return { Commands: page.map(commandAnswer), NextToken: nextToken };
      },
    ],
    [
      "ListCommandInvocations",
      (body) => {
        const { commands: page, details, nextToken } = listCommands(body, [...commands.values()]);
        return {
          CommandInvocations: page
            .filter(({ instanceId }) => instanceId !== undefined)
            .map((command) => listedInvocation(command, details)),
          NextToken: nextToken,
        };
      },
    ],
    ["DescribeInstanceInformation", (body) => instanceInformation(body, instance, agent)],
  ]);
}
