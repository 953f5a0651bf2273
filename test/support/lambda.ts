import { afterEach, beforeEach, jest } from "@jest/globals";
import type { Context } from "aws-lambda";

/** Environment of a deployed function; a handler reads it when its file is imported. */
export const FUNCTION_ENVIRONMENT = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  POWERTOOLS_SERVICE_NAME: "cloud-submit-test",
  BUCKET: "jobs",
  DOCUMENT_NAME: "request-document",
  EVENT_BUS: "bus",
  CLUSTER_NAME: "hpc",
  REDISPATCH_SECONDS: "240",
  DEADLINE_SECONDS: "86400",
};

/** Environment of functions/redrive. */
export const REDRIVE_ENVIRONMENT = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  POWERTOOLS_SERVICE_NAME: "cloud-submit-test",
  DEAD_LETTERS_URL: "https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters",
  STACK: "cloud-submit-test",
};

/** Environment of functions/notify. */
export const NOTIFY_ENVIRONMENT = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  POWERTOOLS_SERVICE_NAME: "cloud-submit-test",
  BUCKET: "jobs",
  NOTIFY_TOPIC: "arn:aws:sns:eu-west-1:111122223333:cloud-submit-test-notify",
  NOTIFY_ALLOWED: "taro@example.org,@lab.example.jp",
};

/** The part of Lambda's context that the functions look at. */
export function lambdaContext(awsRequestId = "invocation-1", remainingMs = 300_000): Context {
  return {
    awsRequestId,
    functionName: "f",
    functionVersion: "1",
    getRemainingTimeInMillis: () => remainingMs,
    memoryLimitInMB: "256",
  } as Context;
}

/** One line of JSON as CloudWatch Logs gets it. */
export type LogLine = Record<string, unknown> & { level?: string; message?: string };

/** Keeps what each test's functions print on stdout and stderr: log lines, and metrics (EMF). */
export function printedLines(): () => LogLine[] {
  let printed = "";
  const keep = (chunk: unknown) => {
    printed += String(chunk);
    return true;
  };
  beforeEach(() => {
    printed = "";
    jest.spyOn(process.stdout, "write").mockImplementation(keep);
    jest.spyOn(process.stderr, "write").mockImplementation(keep);
  });
  afterEach(() => void jest.restoreAllMocks());
  return () =>
    printed
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as LogLine);
}
