import { STATE_CHANGE } from "../../protocol/event.ts";

/** Events as they come into the dead-letter queue, by the function that they were meant for. */
export const eventFor = {
  dispatch: ({ prefix = "job1", bucket = "jobs" } = {}) => ({
    version: "0",
    id: "e-1",
    source: "aws.s3",
    "detail-type": "Object Created",
    detail: { bucket: { name: bucket }, object: { key: `${prefix}/job-aws-stat.txt`, size: 12 } },
  }),
  "command-result": ({ prefix = "job1" } = {}) => ({
    id: "e-2",
    source: "aws.ssm",
    "detail-type": "EC2 Command Status-change Notification",
    detail: {
      "command-id": "c-1",
      "document-name": "request-document",
      status: "Failed",
      parameters: { Action: ["run"], Prefix: [prefix], Submission: ["v1"] },
    },
  }),
  audit: ({ prefix = "job1", bucket = "jobs" } = {}) => ({
    id: "e-3",
    source: "cloud-submit",
    "detail-type": STATE_CHANGE,
    detail: {
      version: 1,
      bucket,
      prefix,
      submission: "s1",
      from: "FILE_UPLOAD",
      to: "JOB_SUBMIT",
      at: "2026-11-23T20:45:01.000Z",
    },
  }),
};

/**
 * Lambda's record of an invocation that it gave up.
 *
 * Source: AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
 */
export function invocationRecord(name: string, requestPayload: object) {
  return {
    version: "1.0",
    timestamp: "2026-11-23T20:51:03.201Z",
    requestContext: {
      requestId: "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
      functionArn: `arn:aws:lambda:us-east-1:111122223333:function:${name}:$LATEST`,
      condition: "RetriesExhausted",
      approximateInvokeCount: 3,
    },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: { errorType: "Error", errorMessage: "S3 is away" },
  };
}
