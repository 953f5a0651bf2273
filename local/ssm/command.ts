import { pluginOutput } from "./agent-output.ts";
import type { CommandDocument, Parameters, RenderedStep } from "./document.ts";
import type { SsmRule } from "./faults.ts";

export type CommandStatus = "Pending" | "InProgress" | "Success" | "Failed" | "TimedOut";

/** One command and its run on the one managed instance. Times are milliseconds since the epoch. */
export interface Command {
  readonly commandId: string;
  readonly documentName: string;
  readonly document: CommandDocument;
  /** Undefined when the targets matched no instance. */
  readonly instanceId: string | undefined;
  readonly targets: readonly Target[];
  readonly parameters: Parameters;
  readonly comment: string;
  readonly steps: readonly RenderedStep[];
  readonly requestedAt: number;
  readonly expiresAt: number;
  /** Its fault, if any. */
  readonly rule?: SsmRule | undefined;
  /** Whether a rule has had it run a second time. */
  isRepeated?: boolean;
  /** Whether its script has ended, so that there is something to tell of it. */
  hasRun?: boolean;
  startedAt: number | undefined;
  endedAt: number | undefined;
  status: CommandStatus;
  statusDetails: string;
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Fields of a command that was not delivered. */
export const NOT_DELIVERED = {
  startedAt: undefined,
  endedAt: undefined,
  status: "Pending",
  statusDetails: "Pending",
  exitCode: -1,
  stdout: "",
  stderr: "",
} as const satisfies Partial<Command>;

export interface Target {
  readonly Key: string;
  readonly Values: readonly string[];
}

/** The command as SendCommand and ListCommands answer it: times in seconds, as AWS JSON has them. */
export function commandAnswer(command: Command): Record<string, unknown> {
  const { status } = command;
  const targets = command.instanceId === undefined ? 0 : 1;
  const ended = command.endedAt === undefined ? 0 : targets;
  const isUndelivered = command.statusDetails === "DeliveryTimedOut";
  const isBad = status === "Failed" || status === "TimedOut";
  return {
    CommandId: command.commandId,
    DocumentName: command.documentName,
    DocumentVersion: "$DEFAULT",
    Comment: command.comment,
    ExpiresAfter: command.expiresAt / 1000,
    Parameters: command.parameters,
    InstanceIds: command.targets.length === 0 ? [command.instanceId] : [],
    Targets: command.targets,
    RequestedDateTime: command.requestedAt / 1000,
    Status: status,
    StatusDetails: command.statusDetails,
    TargetCount: targets,
    CompletedCount: ended,
    ErrorCount: isBad && !isUndelivered ? ended : 0,
    DeliveryTimedOutCount: isUndelivered ? ended : 0,
  };
}

/** The command's run on the instance, as GetCommandInvocation answers it. */
export function invocationAnswer(command: Command): Record<string, unknown> {
  const { startedAt, endedAt } = command;
  return {
    CommandId: command.commandId,
    InstanceId: command.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: "$DEFAULT",
    PluginName: command.steps[0]?.name ?? "",
    ResponseCode: command.hasRun ? command.exitCode : -1,
    ExecutionStartDateTime: startedAt === undefined ? "" : new Date(startedAt).toISOString(),
    ExecutionElapsedTime:
      startedAt === undefined || endedAt === undefined ? "" : `PT${(endedAt - startedAt) / 1000}S`,
    ExecutionEndDateTime: endedAt === undefined ? "" : new Date(endedAt).toISOString(),
    Status: command.status,
    StatusDetails: command.statusDetails,
    StandardOutputContent: command.stdout,
    StandardErrorContent: command.stderr,
  };
}

/** The same as ListCommandInvocations answers it; with Details, what each step of it gave, where one has run. */
export function listedInvocation(command: Command, details: boolean): Record<string, unknown> {
  const { instanceId, comment, documentName, requestedAt, startedAt, endedAt } = command;
  const seconds = (at: number | undefined) => (at === undefined ? undefined : at / 1000);
  const plugin = {
    Name: command.steps[0]?.name ?? "",
    Status: command.status,
    StatusDetails: command.statusDetails,
    ResponseCode: command.exitCode,
    ResponseStartDateTime: seconds(startedAt),
    ResponseFinishDateTime: seconds(endedAt),
    Output: pluginOutput(command.stdout, command.stderr),
    StandardOutputUrl: "",
    StandardErrorUrl: "",
    OutputS3BucketName: "",
    OutputS3KeyPrefix: "",
  };
  return {
    CommandId: command.commandId,
    InstanceId: instanceId,
    InstanceName: "",
    Comment: comment,
    DocumentName: documentName,
    DocumentVersion: "$DEFAULT",
    RequestedDateTime: requestedAt / 1000,
    Status: command.status,
    StatusDetails: command.statusDetails,
    StandardOutputUrl: "",
    StandardErrorUrl: "",
    CommandPlugins: details && command.hasRun ? [plugin] : [],
  };
}

/** One line of the command log. */
export function logLine(command: Command): string {
  const { steps: _s, document: _d, targets: _t, expiresAt: _e, rule, ...shown } = command;
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  return `${JSON.stringify({
    ...shown,
    ...(rule && { fault: rule.fault }),
    instanceId: command.instanceId ?? null,
    requestedAt: time(command.requestedAt),
    startedAt: time(command.startedAt),
    endedAt: time(command.endedAt),
  })}\n`;
}
