import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
} from "@aws-sdk/client-eventbridge";
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { keyOf, STATUS_FILE } from "../../protocol/objects.ts";

/** S3 raises its event in a thread of its own, a moment after the write is answered. */
const EVENT_LAG_MS = 150;

/** The deployed functions and the events that reach them. */
export class Functions {
  readonly #endpoint: string;
  readonly #events: EventBridgeClient;
  readonly #queues: SQSClient;
  /** Writes that raise an event and writes that must not, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(endpoint: string, region: string) {
    this.#endpoint = endpoint;
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    this.#events = new EventBridgeClient({ endpoint, region, credentials });
    this.#queues = new SQSClient({ endpoint, region, credentials });
  }

  /** Invokes a function of the deployed stack; returns its answer, if it is waited for. */
  async invoke(name: string, event: object, type: "Event" | "RequestResponse"): Promise<string> {
    const path = `/2015-03-31/functions/cloud-submit-local-${name}/invocations`;
    const response = await fetch(`${this.#endpoint}${path}`, {
      method: "POST",
      headers: { "x-amz-invocation-type": type, "content-type": "application/json" },
      body: JSON.stringify(event),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`invoking ${name} gave HTTP ${response.status}`);
    return answer;
  }

  /** The dead letters that are due; they stay. */
  async deadLetters(): Promise<string[]> {
    const { QueueUrl = "" } = await this.#queues.send(
      new GetQueueUrlCommand({ QueueName: "cloud-submit-local-dead-letters" }),
    );
    const { Messages = [] } = await this.#queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    return Messages.map(({ Body = "" }) => Body);
  }

  /** Has the dead letters done again. */
  async redrive(): Promise<void> {
    await this.invoke("redrive", {}, "RequestResponse");
  }

  /** Delivers the event that a write of a prefix's status object raises. */
  async deliver(bucket: string, prefix: string): Promise<void> {
    await this.invoke("dispatch", objectCreated(bucket, keyOf(prefix, STATUS_FILE)), "Event");
  }

  /** Does a write whose event reaches its rule. */
  async heard(write: () => Promise<unknown>): Promise<void> {
    await this.#inTurn(write);
  }

  /** Does a write whose event gets lost. */
  async unheard(write: () => Promise<unknown>): Promise<void> {
    await this.#inTurn(async () => {
      const { Rules = [] } = await this.#events.send(new ListRulesCommand({}));
      const names = Rules.filter(({ EventPattern }) => EventPattern?.includes("Object Created"));
      try {
        for (const { Name } of names) await this.#events.send(new DisableRuleCommand({ Name }));
        await write();
        // A lost event does not tell that it is over.
        await sleep(EVENT_LAG_MS);
      } finally {
        for (const { Name } of names) await this.#events.send(new EnableRuleCommand({ Name }));
      }
    });
  }

  async #inTurn(work: () => Promise<unknown>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    await turn;
  }
}

/** Shape: Amazon S3 User Guide, "Amazon EventBridge event message structure". */
function objectCreated(bucket: string, key: string): object {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "000000000000",
    time: new Date().toISOString(),
    region: "us-east-1",
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size: 12, etag: "0", sequencer: "0" },
      "request-id": randomUUID(),
      requester: "000000000000",
      "source-ip-address": "127.0.0.1",
      reason: "PutObject",
    },
  };
}
