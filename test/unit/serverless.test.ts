import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { HIDDEN_SECONDS } from "../../functions/aws/dead-letter-queue.ts";
import { notifyConfig, redriveConfig } from "../../functions/setup/config.ts";
import { REDRIVEN } from "../../protocol/dead-letter.ts";
import { HEARTBEAT_KEY } from "../../protocol/heartbeat.ts";
import { liveKey, STREAMS } from "../../protocol/live-output.ts";
import { LIVE_FOLDER } from "../../protocol/objects.ts";
import { OWN_RECORDS_FOLDER } from "../../protocol/own-record.ts";
import { PREFIX_PATTERN } from "../../protocol/prefix.ts";
import { ACTIONS } from "../../protocol/request.ts";
import { ACCOUNT_PATTERN } from "../../protocol/requester.ts";
import { FINAL_STATES, formatStatus } from "../../protocol/state.ts";
import { SUBMISSION_PATTERN } from "../../protocol/submission.ts";
import { NOTIFY_ENVIRONMENT, REDRIVE_ENVIRONMENT } from "../support/lambda.ts";
import { everyFunction, patternOf, stackFunctions } from "../support/stack-functions.ts";

const read = (name: string) =>
  parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"), { logLevel: "error" });

test("the rule leaves out the states that the agent writes, and no request", () => {
  const pattern = patternOf(stackFunctions().dispatch);
  const [{ "anything-but": left }] = pattern.detail.object.etag;
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const states = ["JOB_SUBMIT", "JOB_COMPLETE", "JOB_ERROR"] as const;
  expect(left).toEqual(states.map((state) => md5(formatStatus(state))));
});

test("the rule matches status objects, and nothing that the agent writes while a job runs", () => {
  const pattern = patternOf(stackFunctions().dispatch);
  const { key } = pattern.detail.object;
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
  const { JobEndRule } = read("resources/email-jobs.yml").Resources;
  const patterns = Object.values(everyFunction())
    .flatMap(({ events = [] }) => events as { eventBridge: { pattern?: object } }[])
    .flatMap(({ eventBridge }) => eventBridge.pattern ?? []);
  const own = /self:custom\.(settings\.(bucketRef|jobEmailDetail)|documentName)\}/;
  expect(patterns).toHaveLength(4);
  for (const pattern of [...patterns, JobEndRule.Properties.EventPattern])
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
  const functions = stackFunctions();
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

test("notify reads what it is given, hears of beginnings and ends, and leaves no dead letter", () => {
  const { notify } = everyFunction();
  const asked = new Set<string>();
  const get = (env: object, name: string) => asked.add(name) && Reflect.get(env, name);
  notifyConfig(new Proxy<NodeJS.ProcessEnv>(NOTIFY_ENVIRONMENT, { get }));
  expect(Object.keys(notify.environment).toSorted()).toEqual([...asked].toSorted());
  expect(patternOf(notify).detail).toMatchObject({
    to: ["JOB_SUBMIT", ...FINAL_STATES],
    notify: [{ exists: true }],
  });
  // Redrive would hand it to the audit: a second line there.
  expect(JSON.stringify(notify)).not.toMatch(/destinations|deadLetter/);
});
