import { Readable } from "node:stream";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";
import { beforeEach } from "@jest/globals";
import { sdkStreamMixin } from "@smithy/core/serde";
import { mockClient } from "aws-sdk-client-mock";
import { FUNCTION_ENVIRONMENT, printedLines } from "./lambda.ts";

Object.assign(process.env, FUNCTION_ENVIRONMENT);

/** The AWS that a handler meets: an empty bucket, an SSM and an EventBridge that take everything. */
export const s3 = mockClient(S3Client);
export const ssm = mockClient(SSMClient);
export const eventBridge = mockClient(EventBridgeClient);
export const lines = printedLines();

export const body = (text: string) => sdkStreamMixin(Readable.from([Buffer.from(text)]));
/** Every call of AWS. */
export const aws = () => [...s3.calls(), ...ssm.calls(), ...eventBridge.calls()];
export const requestedAt = new Date("2026-11-23T20:45:01Z");

/** The status object under job1, as often as it is read. */
export function statusIs(text: string, prefix = "job1") {
  s3.on(GetObjectCommand, { Key: `${prefix}/job-aws-stat.txt` }).callsFake(() => ({
    Body: body(text),
    ETag: '"e1"',
    VersionId: "v1",
    LastModified: requestedAt,
  }));
}

const missing = new NoSuchKey({ message: "no such key", $metadata: { httpStatusCode: 404 } });

beforeEach(() => {
  s3.reset();
  ssm.reset();
  eventBridge.reset();
  s3.on(GetObjectCommand).rejects(missing);
  s3.on(PutObjectCommand).resolves({});
  ssm.on(SendCommandCommand).resolves({ Command: { CommandId: "c-1" } });
  eventBridge.on(PutEventsCommand).resolves({ Entries: [{ EventId: "1" }] });
});
