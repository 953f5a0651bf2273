import { randomUUID } from "node:crypto";
import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import type { Command, CommandStatus } from "./command.ts";

interface RuleTarget {
  readonly pattern: string;
  readonly functionArn: string;
}

export interface StatusEventsOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
}

/** A new deployment's rules are seen after this many milliseconds at the latest. */
const RULES_STAY = 3000;

/**
 * Delivers "EC2 Command Status-change Notification" events to the Lambda functions whose rules
 * match. PutEvents refuses sources that begin with "aws.", so this does what EventBridge does:
 * look at the default bus's rules, test their patterns, invoke their targets asynchronously.
 */
export class StatusEvents {
  readonly #options: StatusEventsOptions;
  readonly #client: EventBridgeClient;
  #targets: { readonly at: number; readonly value: Promise<RuleTarget[]> } | undefined;

  constructor(options: StatusEventsOptions) {
    this.#options = options;
    this.#client = new EventBridgeClient({ endpoint: options.endpoint, region: options.region });
  }

  /** Sends the event of a command's status. Best effort, as on AWS: a failure is logged. */
  async publish(command: Command, status: CommandStatus): Promise<void> {
    const event = JSON.stringify(statusEvent(command, status, this.#options));
    for (const { pattern, functionArn } of await this.#ruleTargets()) {
      const { Result } = await this.#client.send(
        new TestEventPatternCommand({ EventPattern: pattern, Event: event }),
      );
      if (Result === true) await this.#invoke(functionArn, event);
    }
  }

  async #invoke(functionArn: string, event: string): Promise<void> {
    const path = `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
    const response = await fetch(`${this.#options.endpoint}${path}`, {
      method: "POST",
      headers: { "x-amz-invocation-type": "Event", "content-type": "application/json" },
      body: event,
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`invoking ${functionArn} gave HTTP ${response.status}`);
  }

  #ruleTargets(): Promise<RuleTarget[]> {
    if (this.#targets === undefined || Date.now() - this.#targets.at > RULES_STAY) {
      this.#targets = { at: Date.now(), value: this.#listRuleTargets() };
    }
    return this.#targets.value;
  }

  async #listRuleTargets(): Promise<RuleTarget[]> {
    const { Rules = [] } = await this.#client.send(new ListRulesCommand({}));
    // Reading the pattern's source first spares most rules a round trip for every event.
    const rules = Rules.filter(
      ({ EventPattern, State }) => State === "ENABLED" && EventPattern?.includes("aws.ssm"),
    );
    const found = await Promise.all(
      rules.map(async ({ Name, EventPattern = "" }) => {
        const { Targets = [] } = await this.#client.send(
          new ListTargetsByRuleCommand({ Rule: Name }),
        );
        return Targets.flatMap(({ Arn = "" }) =>
          Arn.includes(":lambda:") ? [{ pattern: EventPattern, functionArn: Arn }] : [],
        );
      }),
    );
    return found.flat();
  }
}

/** Shape: Systems Manager User Guide, "EventBridge event examples", Run Command. */
function statusEvent(
  command: Command,
  status: CommandStatus,
  { accountId, region }: StatusEventsOptions,
): object {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "EC2 Command Status-change Notification",
    source: "aws.ssm",
    account: accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources:
      command.instanceId === undefined
        ? []
        : [`arn:aws:ec2:${region}:${accountId}:instance/${command.instanceId}`],
    detail: {
      "command-id": command.commandId,
      "document-name": command.documentName,
      "requested-date-time": new Date(command.requestedAt).toISOString(),
      "expire-after": new Date(command.expiresAt).toISOString(),
      parameters: command.parameters,
      status,
    },
  };
}
