import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { sdkClientSettings } from "../../bucket/network/sdk-client-settings.ts";
import { parseJson } from "../../protocol/parse-json.ts";
import type { DeadLetter, RedrivePorts } from "../requests/redrive-letters.ts";
import type { RedriveConfig } from "../setup/config.ts";
import { agentsOf } from "./network-agents.ts";

/** Messages of one call. Source: Amazon SQS API Reference, ReceiveMessage and the batch actions. */
const BATCH = 10;

/** Seconds for which nobody else gets a message: longer than the function may take (serverless.yml). */
export const HIDDEN_SECONDS = 330;

const QUEUE_LIMITS = { attempts: 5, connectMs: 2_000, attemptMs: 10_000, callMs: 30_000 };
/** The functions that are invoked have 60 s. */
const INVOKE_LIMITS = { attempts: 3, connectMs: 2_000, attemptMs: 65_000, callMs: 5_000 };

/** The ports of a deployed function: the queue of its stage, and the functions of its stage. */
export function redrivePorts({ queueUrl, stack, network }: RedriveConfig): RedrivePorts {
  const agents = agentsOf(network);
  const sqs = new SQSClient(sdkClientSettings(QUEUE_LIMITS, agents));
  const lambda = new LambdaClient(sdkClientSettings(INVOKE_LIMITS, agents));
  return {
    async receive() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: BATCH,
          VisibilityTimeout: HIDDEN_SECONDS,
          // With a wait, every server of SQS is asked: no message then means that there is none.
          WaitTimeSeconds: 2,
        }),
      );
      return Messages.map(({ MessageId = "", Body = "", ReceiptHandle = "" }) => ({
        id: MessageId,
        text: Body,
        receipt: ReceiptHandle,
      }));
    },
    async remove(letters) {
      const stuck: string[] = [];
      for (const batch of batchesOf(letters)) {
        const { Failed = [] } = await sqs.send(
          new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch.map(entryOf) }),
        );
        for (const { Id } of Failed) stuck.push(batch[Number(Id)]?.id ?? "");
      }
      return stuck;
    },
    async release(letters) {
      for (const batch of batchesOf(letters))
        await sqs.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: queueUrl,
            Entries: batch.map((letter, index) => ({
              ...entryOf(letter, index),
              VisibilityTimeout: 0,
            })),
          }),
        );
    },
    async invoke(name, event) {
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({
          FunctionName: `${stack}-${name}`,
          // An asynchronous one that failed would be another dead letter.
          InvocationType: "RequestResponse",
          Payload: Buffer.from(JSON.stringify(event)),
        }),
      );
      return FunctionError && toldBy(Payload);
    },
  };
}

/** Ids need be unique in a batch only. */
function entryOf({ receipt }: DeadLetter, index: number) {
  return { Id: String(index), ReceiptHandle: receipt };
}

function* batchesOf(letters: DeadLetter[]): Generator<DeadLetter[]> {
  for (let from = 0; from < letters.length; from += BATCH) yield letters.slice(from, from + BATCH);
}

/** Lambda's answer for a function that failed. Source: AWS Lambda Developer Guide, "Errors in Node.js functions". */
const failureSchema = z.looseObject({ errorType: z.string(), errorMessage: z.string() });

function toldBy(payload: Uint8Array | undefined): string {
  const text = Buffer.from(payload ?? []).toString();
  const failure = parseJson(failureSchema, text);
  return (failure ? `${failure.errorType}: ${failure.errorMessage}` : text).slice(0, 300);
}
