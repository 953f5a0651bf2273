import {
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { sdkClientSettings } from "../../bucket/network/sdk-client-settings.ts";
import { messageOf } from "../../protocol/error.ts";
import type { EndMessage } from "../requests/end-message.ts";
import type { NotifyPorts, Subscribed } from "../requests/notify.ts";
import type { NotifyConfig } from "../setup/config.ts";
import { agentsOf } from "./network-agents.ts";

const LIMITS = { attempts: 5, connectMs: 2_000, attemptMs: 5_000, callMs: 10_000 };

/** The name of the attribute that says whom a message is for. */
const ATTRIBUTE = "address";

/** Pages that are read: a topic has 100 addresses at most, and a page as many. */
const PAGES_MAX = 3;

/** The SNS topic of a stage: each address has a subscription that lets through what is for it alone. */
export class NotifyTopic implements NotifyPorts {
  readonly #sns: SNSClient;
  readonly #arn: string;
  /** The topic as SNS told of it last. It lists 30 times a second for the whole account. */
  #last = new Map<string, Subscribed>();

  constructor({ topic, network }: Pick<NotifyConfig, "topic" | "network">) {
    this.#sns = new SNSClient(sdkClientSettings(LIMITS, agentsOf(network)));
    this.#arn = topic;
  }

  async subscriptions(address: string): Promise<Map<string, Subscribed>> {
    if (this.#last.get(address) === "confirmed") return this.#last;
    const found = new Map<string, Subscribed>();
    let NextToken: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer = await this.#sns.send(
        new ListSubscriptionsByTopicCommand({ TopicArn: this.#arn, NextToken }),
      );
      for (const { Endpoint, SubscriptionArn } of answer.Subscriptions ?? [])
        if (Endpoint !== undefined) found.set(Endpoint.toLowerCase(), subscribed(SubscriptionArn));
      NextToken = answer.NextToken;
      if (!NextToken) break;
    }
    this.#last = found;
    return found;
  }

  /** For one that is subscribed with the same attributes SNS makes no second subscription. */
  async ask(address: string): Promise<string | undefined> {
    try {
      await this.#sns.send(
        new SubscribeCommand({
          TopicArn: this.#arn,
          Protocol: "email",
          Endpoint: address,
          Attributes: { FilterPolicy: JSON.stringify({ [ATTRIBUTE]: [address] }) },
          ReturnSubscriptionArn: true,
        }),
      );
    } catch (error) {
      // No other attempt could succeed.
      if (error instanceof InvalidParameterException) return messageOf(error);
      throw error;
    }
  }

  async publish(address: string, { subject, text }: EndMessage): Promise<void> {
    await this.#sns.send(
      new PublishCommand({
        TopicArn: this.#arn,
        Subject: subject,
        Message: text,
        MessageAttributes: { [ATTRIBUTE]: { DataType: "String", StringValue: address } },
      }),
    );
  }
}

/** In place of an ARN SNS lists words. Source: Amazon SNS API Reference, ListSubscriptionsByTopic. */
function subscribed(arn: string | undefined): Subscribed {
  if (arn?.startsWith("arn:")) return "confirmed";
  return arn === "PendingConfirmation" ? "pending" : "ended";
}
