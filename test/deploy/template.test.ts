import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { readRecord } from "../../bucket/job-objects/record.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { submitJob } from "../../cli/jobs/submit-job.ts";
import { allows } from "../support/iam.ts";
import { policedStore } from "../support/policed-store.ts";
import {
  checkout,
  type Deployment,
  packageStack,
  resourcesOf,
  statementsOf,
  type Template,
} from "../support/stack-template.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { testContext } from "../support/test-ui.ts";

const deployments: Record<string, Deployment> = {
  "the plain production stage": { stage: "prod", params: { clusterName: "mycluster" } },
  everything: {
    stage: "prod",
    params: {
      clusterName: "mycluster",
      network: "new",
      notificationEmail: "ops@example.org",
      jobEmails: "all",
      notifyAllowed: "taro@example.org,@lab.example.jp",
    },
  },
  "a site's own bucket, network and machine": {
    stage: "prod",
    params: {
      instanceId: "i-0123456789abcdef0",
      existingBucket: "site-bucket",
      kmsKey: "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012",
      vpcId: "vpc-0123456789abcdef0",
      subnetId: "subnet-0123456789abcdef0",
      notificationEmail: "ops@example.org",
    },
  },
  "the local stage": { stage: "local", params: {} },
};

describe.each(Object.entries(deployments))("%s", (_name, deployment) => {
  let packaged: { template: Template; file: string };
  beforeAll(() => {
    packaged = packageStack(deployment);
  });

  test("cfn-lint finds no error and no warning", () => {
    const lint = join(checkout, ".local/venv/bin/cfn-lint");
    const { status, stdout, stderr } = spawnSync(lint, [packaged.file, "--regions", "us-east-1"], {
      encoding: "utf8",
    });
    expect(`${stdout}${stderr}`).toBe("");
    expect(status).toBe(0);
  });

  test("no policy allows an action by a wildcard, and only one action on every resource", () => {
    const ids = ["AWS::IAM::Role", "AWS::IAM::ManagedPolicy"].flatMap((type) =>
      resourcesOf(packaged.template, type).map(([id]) => id),
    );
    expect(ids).toHaveLength(deployment.params.notifyAllowed === undefined ? 8 : 9);
    const allowing = ids
      .flatMap((id) => statementsOf(packaged.template, id))
      .filter(({ Effect }) => Effect === "Allow");
    const actions = allowing.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    const everywhere = allowing.filter(({ Resource }) => [Resource].flat().includes("*"));
    // It knows no resources. Source: Service Authorization Reference, "AWS Systems Manager".
    expect(new Set(everywhere.flatMap(({ Action }) => Action))).toEqual(
      new Set(["ssm:ListCommandInvocations"]),
    );
  });
});

test("the bucket and its policy stay when the stack goes, but not when it was never finished", () => {
  const { template } = packageStack(deployments["the plain production stage"] as Deployment);
  for (const id of ["JobBucket", "JobBucketPolicy"])
    expect(template.Resources[id]).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
});

test.each([
  ["the plain production stage", {}, 50],
  ["a share of its own", { dispatchConcurrency: "200" }, 200],
  ["an account that has none to give away", { dispatchConcurrency: "none" }, undefined],
])("%s: dispatch has a share of the account's executions, and nothing else does", (...row) => {
  const [, params, share] = row;
  const { template } = packageStack({
    stage: "prod",
    params: { clusterName: "mycluster", ...(params as Record<string, string>) },
  });
  const shares = resourcesOf(template, "AWS::Lambda::Function").flatMap(([id, { Properties }]) => {
    const { ReservedConcurrentExecutions: own } = Properties;
    return own === undefined ? [] : [[id, own]];
  });
  expect(shares).toEqual(share === undefined ? [] : [["DispatchLambdaFunction", share]]);
});

describe("who may do what", () => {
  let template: Template;
  beforeAll(() => {
    ({ template } = packageStack(deployments["the plain production stage"] as Deployment));
  });
  const object = (key: string) => `arn:aws:s3:::job-bucket/${key}`;
  const bucket = "arn:aws:s3:::job-bucket";
  const alice = { "aws:username": "alice" };
  const may = (id: string, action: string, resource: string, context = {}) =>
    allows(statementsOf(template, id), { action, resource, context });

  test.each([
    ["s3:PutObject", object("alice-job1/job-aws-stat.txt"), true],
    ["s3:GetObject", object("alice-job1/result"), true],
    ["s3:PutObject", object("bob-job1/job-aws-stat.txt"), false],
    ["s3:GetObject", object("bob-job1/result"), false],
    ["s3:GetObject", object("alice"), false],
    ["s3:GetObject", object("alicebob-job1/result"), false],
    ["s3:PutObject", object(".cloud-submit/pending/alice-job1/run-s1.json"), false],
    ["s3:GetObject", object(".cloud-submit/heartbeat.json"), true],
    ["s3:PutObject", object(".cloud-submit/heartbeat.json"), false],
    ["s3:GetObject", object(".cloud-submit/heartbeat.json.bak"), false],
    ["s3:GetObject", object(".cloud-submit/agent/latest"), false],
    ["s3:GetObject", object(".cloud-submit/pending/alice-job1/run-s1.json"), false],
    ["s3:GetObject", object(".cloud-submit/live/alice-job1/s1/stdout"), true],
    ["s3:PutObject", object(".cloud-submit/live/alice-job1/s1/stdout"), false],
    ["s3:DeleteObject", object(".cloud-submit/live/alice-job1/s1/stdout"), false],
    ["s3:GetObject", object(".cloud-submit/live/bob-job1/s1/stdout"), false],
    ["s3:GetObject", object(".cloud-submit/live/alicebob-job1/s1/stdout"), false],
    ["ssm:SendCommand", "*", false],
  ])(
    "a submitter with a prefix of their own, alice: %s of %s: %s",
    (action, resource, expected) => {
      expect(may("OwnPrefixSubmitterPolicy", action, resource, alice)).toBe(expected);
    },
  );

  test.each([
    [{ "s3:prefix": "alice-job1/" }, true],
    [{ "s3:prefix": "bob-job1/" }, false],
    [{ "s3:prefix": ".cloud-submit/live/alice-job1/" }, true],
    [{ "s3:prefix": ".cloud-submit/live/bob-job1/" }, false],
    [{ "s3:prefix": ".cloud-submit/live/" }, false],
    [{ "s3:prefix": "" }, false],
    [{}, false],
  ])("alice may list %j: %s", (context, expected) => {
    const asked = { ...alice, ...context };
    expect(may("OwnPrefixSubmitterPolicy", "s3:ListBucket", bucket, asked)).toBe(expected);
  });

  const aliceStore = () =>
    policedStore((action, target) =>
      "key" in target
        ? may("OwnPrefixSubmitterPolicy", action, object(target.key), alice)
        : may("OwnPrefixSubmitterPolicy", action, bucket, { ...alice, "s3:prefix": target.listed }),
    );
  const submit = (store: ObjectStore, prefix: string) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "job-aws-run.sh"), "#!/bin/sh\n");
    return submitJob({ ...testContext().context, store }, folder, { prefix });
  };

  test("alice submits under her name, looks at the job, and learns that another is not there", async () => {
    const store = aliceStore();
    await submit(store, "alice-job1");
    expect(await readStatus(store, "alice-job1")).toMatchObject({ state: "FILE_UPLOAD" });
    expect(await readRecord(store, "alice-job1")).toBeUndefined();
    expect(await readStatus(store, "alice-job2")).toBeUndefined();
  });

  test("alice submits nothing under bob's name", async () => {
    const store = aliceStore();
    await expect(submit(store, "bob-job1")).rejects.toThrow("Access Denied");
    expect(store.writes).toEqual([]);
  });

  test.each([
    ["s3:PutObject", object("any-job/job-aws-stat.txt"), true],
    ["s3:PutObject", object(".cloud-submit/pending/x/run-s1.json"), false],
    ["s3:DeleteObject", object(".cloud-submit/pending/x/run-s1.json"), false],
    ["s3:PutObject", object(".cloud-submit/agent/latest"), false],
    ["s3:GetObject", object(".cloud-submit/agent/latest"), false],
    ["s3:GetObject", object(".cloud-submit/pending/x/run-s1.json"), false],
    ["s3:GetObject", object(".cloud-submit/heartbeat.json"), true],
    ["s3:PutObject", object(".cloud-submit/heartbeat.json"), false],
    ["s3:DeleteObject", object(".cloud-submit/heartbeat.json"), false],
    ["s3:GetObject", object(".cloud-submit/live/any-job/s1/stdout"), true],
    ["s3:PutObject", object(".cloud-submit/live/any-job/s1/stdout"), false],
    ["s3:DeleteObject", object(".cloud-submit/live/any-job/s1/stdout"), false],
    ["ssm:SendCommand", "*", false],
    ["events:PutEvents", "arn:aws:events:us-east-1:111122223333:event-bus/default", false],
  ])("a submitter: %s of %s: %s", (action, resource, expected) => {
    expect(may("SubmitterPolicy", action, resource)).toBe(expected);
  });

  test.each([
    ["s3:PutObject", object("job1/result"), true],
    ["s3:GetObjectVersion", object("job1/data"), true],
    ["s3:DeleteObject", object(".cloud-submit/pending/job1/run-s1.json"), true],
    ["s3:GetObject", object(".cloud-submit/agent/1.0.0/SHA256SUMS"), true],
    ["s3:PutObject", object(".cloud-submit/agent/1.0.0/SHA256SUMS"), false],
    ["s3:PutObject", object(".cloud-submit/heartbeat.json"), true],
    ["s3:PutObject", object(".cloud-submit/live/job1/s1/stdout"), true],
    ["s3:DeleteObject", object(".cloud-submit/live/job1/s1/stdout"), true],
    ["s3:DeleteObject", object(".cloud-submit/agent/latest"), false],
    ["ssm:SendCommand", "*", false],
  ])("the Head Node: %s of %s: %s", (action, resource, expected) => {
    expect(may("HeadNodePolicy", action, resource)).toBe(expected);
  });

  test.each([
    ["cloud-submit", true],
    ["aws.s3", false],
  ])("the Head Node publishes events of source %s: %s", (source, expected) => {
    const bus = "arn:aws:events:us-east-1:111122223333:event-bus/default";
    expect(may("HeadNodePolicy", "events:PutEvents", bus, { "events:source": source })).toBe(
      expected,
    );
  });

  const document = (name: string) => `arn:aws:ssm:us-east-1:111122223333:document/${name}`;
  const instance = "arn:aws:ec2:us-east-1:111122223333:instance/i-1";
  const tags = (cluster: string, type: string) => ({
    "ssm:resourceTag/parallelcluster:cluster-name": cluster,
    "ssm:resourceTag/parallelcluster:node-type": type,
  });
  test.each(["DispatchRole", "SweepRole"])(
    "%s sends its document to its Head Node only",
    (role) => {
      expect(may(role, "ssm:SendCommand", document("cloud-submit-prod-request"))).toBe(true);
      expect(may(role, "ssm:SendCommand", document("cloud-submit-prod-install"))).toBe(false);
      expect(may(role, "ssm:SendCommand", document("AWS-RunShellScript"))).toBe(false);
      expect(may(role, "ssm:SendCommand", instance, tags("mycluster", "HeadNode"))).toBe(true);
      expect(may(role, "ssm:SendCommand", instance, tags("mycluster", "Compute"))).toBe(false);
      expect(may(role, "ssm:SendCommand", instance, tags("other", "HeadNode"))).toBe(false);
      expect(may(role, "ssm:SendCommand", instance)).toBe(false);
    },
  );

  test("DispatchRole changes the status and the record of a job, and none of its files", () => {
    expect(may("DispatchRole", "s3:PutObject", object("job1/job-aws-stat.txt"))).toBe(true);
    expect(may("DispatchRole", "s3:PutObject", object("job1/job-aws-run.sh"))).toBe(false);
    expect(may("DispatchRole", "s3:DeleteObject", object("job1/job-aws-stat.txt"))).toBe(false);
  });

  test.each(["DispatchRole", "SweepRole", "AuditRole"])("%s is not the agent's voice", (role) => {
    expect(may(role, "s3:PutObject", object(".cloud-submit/heartbeat.json"))).toBe(false);
    expect(may(role, "s3:PutObject", object(".cloud-submit/live/job1/s1/stdout"))).toBe(false);
  });

  test.each(["AuditRole", "RedriveRole"])("%s reads and writes no object", (role) => {
    expect(may(role, "s3:GetObject", object("job1/job-aws-stat.txt"))).toBe(false);
    expect(may(role, "s3:PutObject", object("job1/job-aws-stat.txt"))).toBe(false);
  });

  const queue = "arn:aws:sqs:us-east-1:111122223333:dead-letters";
  const lambda = (name: string) => `arn:aws:lambda:us-east-1:111122223333:function:${name}`;
  test.each([
    ["sqs:ReceiveMessage", queue, true],
    ["sqs:DeleteMessage", queue, true],
    ["sqs:ChangeMessageVisibility", queue, true],
    // It brings nothing into the queue, nor does it empty it unseen.
    ["sqs:SendMessage", queue, false],
    ["sqs:PurgeQueue", queue, false],
    ["sqs:ReceiveMessage", `${queue}-of-others`, false],
    ["lambda:InvokeFunction", lambda("cloud-submit-prod-dispatch"), true],
    ["lambda:InvokeFunction", lambda("cloud-submit-prod-command-result"), true],
    ["lambda:InvokeFunction", lambda("cloud-submit-prod-audit"), true],
    ["lambda:InvokeFunction", lambda("cloud-submit-prod-sweep"), false],
    ["lambda:InvokeFunction", lambda("cloud-submit-prod-redrive"), false],
    ["lambda:InvokeFunction", lambda("cloud-submit-other-dispatch"), false],
    ["ssm:SendCommand", "*", false],
    ["events:PutEvents", "arn:aws:events:us-east-1:111122223333:event-bus/default", false],
  ])("RedriveRole: %s of %s: %s", (action, resource, expected) => {
    expect(may("RedriveRole", action, resource)).toBe(expected);
  });

  test.each(["DispatchRole", "SweepRole", "AuditRole"])(
    "%s adds to the dead letters, and takes none away",
    (role) => {
      expect(may(role, "sqs:SendMessage", queue)).toBe(true);
      expect(may(role, "sqs:ReceiveMessage", queue)).toBe(false);
      expect(may(role, "sqs:DeleteMessage", queue)).toBe(false);
    },
  );
});
