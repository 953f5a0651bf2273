import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { AgentGeneration } from "../config.ts";
import { type Command, NOT_DELIVERED, type Target } from "./command.ts";
import { type CommandDocument, checkParameters, renderSteps } from "./document.ts";
import { SsmError } from "./ssm-error.ts";

/** The one managed instance, as SSM's inventory would know it. */
export interface ManagedInstance {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

const request = z.object({
  DocumentName: z.string().min(1),
  InstanceIds: z.array(z.string()).max(50).default([]),
  Targets: z
    .array(z.object({ Key: z.string(), Values: z.array(z.string()).max(50) }))
    .max(5)
    .default([]),
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
  Comment: z.string().max(100).default(""),
  TimeoutSeconds: z.number().int().min(30).max(2_592_000).default(3600),
});

/**
 * Turns a SendCommand request into a command to run.
 * @throws SsmError with the type that SSM gives for the same mistake
 */
export function acceptCommand(
  body: unknown,
  documents: ReadonlyMap<string, CommandDocument>,
  instance: ManagedInstance,
  generation: AgentGeneration,
): Command {
  const parsed = request.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SsmError("ValidationException", `${issue?.path.join(".")}: ${issue?.message}`);
  }
  const sent = parsed.data;
  // By name or by ARN, as SendCommand takes both.
  const documentName = sent.DocumentName.replace(/^arn:.*:document\//, "");
  const document = documents.get(documentName);
  if (document === undefined) {
    throw new SsmError("InvalidDocument", `Document with name ${documentName} does not exist.`);
  }
  const parameters = checkParameters(document, sent.Parameters);
  const matched = matches(sent.InstanceIds, sent.Targets, instance);
  const requestedAt = Date.now();
  const steps = renderSteps(document, parameters, generation);
  // Delivery and execution time-out together, however far it has come by then.
  const seconds = steps.reduce((sum, step) => sum + step.timeoutSeconds, sent.TimeoutSeconds);
  return {
    commandId: randomUUID(),
    documentName,
    document,
    instanceId: matched ? instance.id : undefined,
    targets: sent.Targets,
    parameters,
    comment: sent.Comment,
    steps,
    requestedAt,
    expiresAt: requestedAt + seconds * 1000,
    ...NOT_DELIVERED,
  };
}

/** Instance ids must be known; targets may match nothing, and then nothing runs. */
function matches(
  ids: readonly string[],
  targets: readonly Target[],
  instance: ManagedInstance,
): boolean {
  if ((ids.length === 0) === (targets.length === 0)) {
    throw new SsmError("ValidationException", "Give either InstanceIds or Targets");
  }
  const unknown = ids.find((id) => id !== instance.id);
  if (unknown !== undefined) {
    throw new SsmError("InvalidInstanceId", `Instances [[${unknown}]] not in a valid state`);
  }
  return targets.every(({ Key, Values }) => {
    if (/^instanceids$/i.test(Key)) return Values.includes(instance.id);
    if (!Key.startsWith("tag:")) {
      throw new SsmError("ValidationException", `Target key ${Key} is not InstanceIds or tag:...`);
    }
    const value = instance.tags[Key.slice("tag:".length)];
    return value !== undefined && Values.includes(value);
  });
}
