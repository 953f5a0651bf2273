import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { HIDDEN_SECONDS } from "../../functions/aws/dead-letter-queue.ts";
import { redriveConfig } from "../../functions/setup/config.ts";
import { REDRIVEN } from "../../protocol/dead-letter.ts";
import { HEARTBEAT_KEY } from "../../protocol/heartbeat.ts";
import { LIVE_FOLDER, liveKey, STREAMS } from "../../protocol/live-output.ts";
import { OWN_RECORDS_FOLDER } from "../../protocol/own-record.ts";
import { PREFIX_PATTERN } from "../../protocol/prefix.ts";
import { ACTIONS } from "../../protocol/request.ts";
import { ACCOUNT_PATTERN } from "../../protocol/requester.ts";
import { formatStatus } from "../../protocol/state.ts";
import { SUBMISSION_PATTERN } from "../../protocol/submission.ts";
import { REDRIVE_ENVIRONMENT } from "../support/lambda.ts";

const read = (name: string) =>
  parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"), { logLevel: "error" });

test("the rule leaves out the states that the agent writes, and no request", () => {
  const { pattern } = read("serverless.yml").functions.dispatch.events[0].eventBridge;
  const [{ "anything-but": left }] = pattern.detail.object.etag;
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const states = ["JOB_SUBMIT", "JOB_COMPLETE", "JOB_ERROR"] as const;
  expect(left).toEqual(states.map((state) => md5(formatStatus(state))));
});

test("the rule matches status objects, and nothing that the agent writes while a job runs", () => {
  const { pattern } = read("serverless.yml").functions.dispatch.events[0].eventBridge;
  const { key } = pattern.detail.object as { key: { suffix: string }[] };
  const matches = (object: string) => key.some(({ suffix }) => object.endsWith(suffix));
  expect(matches("job1/job-aws-stat.txt")).toBe(true);
  for (const stream of STREAMS) {
    expect(matches(liveKey("job1", "s1", { stream }))).toBe(false);
    expect(matches(liveKey("job-aws-stat.txt", "job-aws-stat.txt", { stream, task: 1 }))).toBe(
      false,
    );
  }
  expect(matches(HEARTBEAT_KEY)).toBe(false);
});

test("what the agent writes again and again is not kept as long as a job's files", () => {
  const { Rules } = read("resources/bucket-own.yml").Resources.JobBucket.Properties
    .LifecycleConfiguration as { Rules: { Prefix?: string }[] };
  for (const prefix of [LIVE_FOLDER, OWN_RECORDS_FOLDER, HEARTBEAT_KEY])
    expect(Rules.filter(({ Prefix }) => Prefix === prefix)).toEqual([
      expect.objectContaining({
        Status: "Enabled",
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      }),
    ]);
});

test("every rule that waits for events names the bucket or the document of its own stage", () => {
  const { functions } = read("serverless.yml") as {
    functions: Record<string, { events?: object[] }>;
  };
  const { JobEndRule } = read("resources/email-jobs.yml").Resources;
  const patterns = Object.values(functions)
    .flatMap(({ events = [] }) => events as { eventBridge: { pattern?: object } }[])
    .flatMap(({ eventBridge }) => eventBridge.pattern ?? []);
  const own = /self:custom\.(settings\.(bucketRef|jobEmailDetail)|documentName)\}/;
  expect(patterns).toHaveLength(3);
  const { NotifyRule } = read("resources/notify-some.yml").Resources;
  for (const pattern of [
    ...patterns,
    JobEndRule.Properties.EventPattern,
    NotifyRule.Properties.EventPattern,
  ])
    expect(JSON.stringify(pattern)).toMatch(own);
});

test("the document's patterns are the protocol's", () => {
  const { parameters } = read("resources/request-document.yml").Resources.RequestDocument.Properties
    .Content;
  expect(parameters.Prefix.allowedPattern).toBe(PREFIX_PATTERN.source);
  expect(parameters.Submission.allowedPattern).toBe(SUBMISSION_PATTERN.source);
  expect(parameters.Requester.allowedPattern).toBe(ACCOUNT_PATTERN.source);
  expect(parameters.Action.allowedValues).toEqual([...ACTIONS]);
  for (const parameter of Object.values<{ interpolationType: string }>(parameters))
    expect(parameter.interpolationType).toBe("ENV_VAR");
});

test("redrive starts functions that there are, reads what it is given, and holds messages until it ends", () => {
  const { functions } = read("serverless.yml");
  const { environment, timeout } = functions.redrive;
  const asked = new Set<string>();
  const get = (env: object, name: string) => asked.add(name) && Reflect.get(env, name);
  redriveConfig(new Proxy<NodeJS.ProcessEnv>(REDRIVE_ENVIRONMENT, { get }));
  expect(Object.keys(environment).toSorted()).toEqual([...asked].toSorted());
  expect(Object.keys(functions)).toEqual(expect.arrayContaining([...REDRIVEN, "sweep"]));
  const { Statement } =
    read("resources/roles.yml").Resources.RedriveRole.Properties.Policies[0].PolicyDocument;
  const startable = Statement.flatMap(({ Resource }: { Resource: string | string[] }) => Resource)
    .map((arn: string) => arn.split(`:function:${environment.STACK}-`)[1])
    .filter(Boolean);
  expect(startable).toEqual(REDRIVEN);
  expect(HIDDEN_SECONDS).toBeGreaterThan(timeout);
});
