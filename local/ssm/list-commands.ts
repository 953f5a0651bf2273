import * as z from "zod";
import type { Command } from "./command.ts";
import { SsmError } from "./ssm-error.ts";

const moment = z.iso.datetime().transform((text) => Date.parse(text));

const request = z.object({
  CommandId: z.string().optional(),
  InstanceId: z.string().optional(),
  Details: z.boolean().default(false),
  MaxResults: z.number().int().min(1).max(50).default(50),
  NextToken: z.string().optional(),
  Filters: z
    .array(
      z.union([
        z.object({ key: z.literal("DocumentName"), value: z.string() }),
        z.object({ key: z.literal("Status"), value: z.string() }),
        z.object({ key: z.enum(["InvokedAfter", "InvokedBefore"]), value: moment }),
      ]),
    )
    .max(5)
    .default([]),
});

export interface Listed {
  readonly commands: readonly Command[];
  readonly details: boolean;
  readonly nextToken: string | undefined;
}

/**
 * One page of the commands that a ListCommands or ListCommandInvocations asks for, newest first.
 *
 * @param all the newest last
 * @throws SsmError as SSM does
 */
export function listCommands(body: unknown, all: readonly Command[]): Listed {
  const parsed = request.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SsmError("ValidationException", `${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { CommandId, InstanceId, Details, MaxResults, NextToken, Filters } = parsed.data;
  if (CommandId !== undefined && !all.some(({ commandId }) => commandId === CommandId))
    throw new SsmError("InvalidCommandId", "No such command");
  const wanted = all
    .filter(
      (command) =>
        (CommandId ?? command.commandId) === command.commandId &&
        (InstanceId ?? command.instanceId) === command.instanceId &&
        Filters.every((filter) => passes(command, filter)),
    )
    .toReversed();
  const from = NextToken === undefined ? 0 : startOf(wanted, NextToken);
  const commands = wanted.slice(from, from + MaxResults);
  const isMore = from + MaxResults < wanted.length;
  return {
    commands,
    details: Details,
    nextToken: isMore
      ? String(commands.at(-1)?.requestedAt) + `:${commands.at(-1)?.commandId}`
      : undefined,
  };
}

type Filter = z.infer<typeof request>["Filters"][number];

function passes(command: Command, { key, value }: Filter): boolean {
  switch (key) {
    case "DocumentName":
      return command.documentName === value;
    case "Status":
      return command.status === value;
    case "InvokedAfter":
      return command.requestedAt >= value;
    case "InvokedBefore":
      return command.requestedAt < value;
  }
}

/** A page begins after what the last one ended with, even when that has ceased to be listed. */
function startOf(wanted: readonly Command[], token: string): number {
  const [at = "", id] = token.split(":");
  const same = wanted.findIndex(({ commandId }) => commandId === id);
  if (same >= 0) return same + 1;
  const older = wanted.findIndex(({ requestedAt }) => requestedAt < Number(at));
  return older < 0 ? wanted.length : older;
}
