import { beforeAll, describe, expect, test } from "@jest/globals";
import { boardKey } from "../../protocol/board.ts";
import { HEARTBEAT_KEY } from "../../protocol/heartbeat.ts";
import { liveKey } from "../../protocol/live-output.ts";
import { pendingKey } from "../../protocol/marker.ts";
import { ownRecordKey } from "../../protocol/own-record.ts";
import { ownPrefixes } from "../../protocol/prefix.ts";
import { ACTIONS } from "../../protocol/request.ts";
import { allows } from "../support/iam.ts";
import { packageStack, statementsOf, type Template } from "../support/stack-template.ts";

let template: Template;
beforeAll(() => {
  ({ template } = packageStack({ stage: "prod", params: { clusterName: "mycluster" } }));
});

const bucket = "arn:aws:s3:::job-bucket";
const object = (key: string) => `${bucket}/${key}`;
const POLICIES = ["SubmitterPolicy", "OwnNameSubmitterPolicy", "OwnPrefixSubmitterPolicy"];
/** The last two are such that their prefixes, as a pattern, begin like the system's folder. */
const USERS = ["alice", "bob", ".cloud", "."];

/** Whether a user with a policy may do something. */
function may(policy: string, user: string, action: string, resource: string, context = {}) {
  const asked = { action, resource, context: { "aws:username": user, ...context } };
  return allows(statementsOf(template, policy), asked);
}

/** Keys below the system's folder, of jobs of alice and of others. */
const JOBS = ["alice--job1", "alice-job1", "bob--job1", ".cloud--job1", "job1"];
const secret = [
  ...JOBS.flatMap((prefix) =>
    ACTIONS.map((action) => pendingKey({ prefix, action, submission: "s1" })),
  ),
  ...JOBS.map(ownRecordKey),
  ".cloud-submit/agent/latest",
  ".cloud-submit/agent/1.0.0/SHA256SUMS",
];
const BOARD_KEY = boardKey("b".repeat(22));
const shown = [
  HEARTBEAT_KEY,
  BOARD_KEY,
  ...JOBS.map((prefix) => liveKey(prefix, "s1", { stream: "stdout" })),
];
const future = [".cloud-submit/x", ".cloud-submit/prices.json", ".cloud-submit/-x/y"];

const arn = (service: string, what: string) => `arn:aws:${service}:us-east-1:111122223333:${what}`;
/** Actions that would change other things that the system relies on. */
const reliedOn: [action: string, resource: string][] = [
  ...["BucketPolicy", "BucketNotification", "LifecycleConfiguration", "BucketVersioning"].map(
    (what): [string, string] => [`s3:Put${what}`, bucket],
  ),
  ["s3:DeleteBucket", bucket],
  ["s3:PutObjectRetention", object("job1/job-aws-stat.txt")],
  ["events:PutEvents", arn("events", "event-bus/default")],
  ["events:PutRule", arn("events", "rule/cloud-submit-prod-audit-rule-1")],
  ["events:DisableRule", arn("events", "rule/cloud-submit-prod-audit-rule-1")],
  ["ssm:SendCommand", arn("ssm", "document/cloud-submit-prod-request")],
  ["ssm:SendCommand", arn("ssm", "document/cloud-submit-prod-install")],
  ["ssm:SendCommand", arn("ec2", "instance/i-1")],
  ["ssm:UpdateDocument", arn("ssm", "document/cloud-submit-prod-request")],
  ["ssm:ListCommandInvocations", "*"],
  ["logs:PutLogEvents", arn("logs", "log-group:/aws/lambda/cloud-submit-prod-audit:*")],
  ["logs:DeleteLogGroup", arn("logs", "log-group:/aws/lambda/cloud-submit-prod-audit:*")],
  ["lambda:InvokeFunction", arn("lambda", "function:cloud-submit-prod-sweep")],
  ["lambda:UpdateFunctionCode", arn("lambda", "function:cloud-submit-prod-audit")],
  ["sqs:SendMessage", arn("sqs", "dead-letters")],
  ["sns:Publish", arn("sns", "cloud-submit-prod-jobs")],
  ["iam:AttachUserPolicy", "arn:aws:iam::111122223333:user/alice"],
  ["iam:TagUser", "arn:aws:iam::111122223333:user/alice"],
];

describe.each(POLICIES)("a submitter with %s", (policy) => {
  test("writes, removes and aborts nothing below the system's folder, today's keys and tomorrow's", () => {
    for (const user of USERS)
      for (const key of [...secret, ...shown, ...future])
        for (const action of [
          "s3:PutObject",
          "s3:DeleteObject",
          "s3:DeleteObjectVersion",
          "s3:AbortMultipartUpload",
        ])
          expect([user, action, key, may(policy, user, action, object(key))]).toEqual([
            user,
            action,
            key,
            false,
          ]);
  });

  test("reads a board whose name it knows", () => {
    for (const user of USERS)
      expect([user, may(policy, user, "s3:GetObject", object(BOARD_KEY))]).toEqual([user, true]);
  });

  test("reads none of the system's secrets", () => {
    for (const user of USERS)
      for (const key of secret)
        expect([user, key, may(policy, user, "s3:GetObject", object(key))]).toEqual([
          user,
          key,
          false,
        ]);
  });

  test("may do all that `doctor --deep` tries, below the prefix that it makes for them", () => {
    const prefix = "alice--doctor-20261129-111448-200d50";
    for (const action of [
      "s3:PutObject",
      "s3:GetObject",
      "s3:DeleteObject",
      "s3:AbortMultipartUpload",
      "s3:ListMultipartUploadParts",
    ])
      expect([action, may(policy, "alice", action, object(`${prefix}/doctor-1.parts`))]).toEqual([
        action,
        true,
      ]);
    expect(may(policy, "alice", "s3:ListBucket", bucket, { "s3:prefix": `${prefix}/` })).toBe(true);
    expect(may(policy, "alice", "s3:GetBucketNotification", bucket)).toBe(true);
  });

  test.each(reliedOn)("may not do %s with %s", (action, resource) => {
    for (const user of USERS) expect(may(policy, user, action, resource)).toBe(false);
  });
});

describe("a user with prefixes of their own", () => {
  const names = ["alice", "alice-b", "alice-b-c", "al", "alice.b", "alice_", "ALICE"];
  const jobs = (user: string) => [`${user}--job1`, `${user}---x`, `${user}--b--job1`];

  test("has none of another user's, however the names begin", () => {
    for (const user of names)
      for (const owner of names)
        for (const prefix of jobs(owner)) {
          const said = [user, prefix, user === owner];
          const policy = "OwnNameSubmitterPolicy";
          for (const action of [
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
          ])
            expect([
              user,
              prefix,
              may(policy, user, action, object(`${prefix}/job-aws-stat.txt`)),
            ]).toEqual(said);
          const live = object(liveKey(prefix, "s1", { stream: "stdout" }));
          expect([user, prefix, may(policy, user, "s3:GetObject", live)]).toEqual(said);
          const listed = { "s3:prefix": `${prefix}/` };
          for (const action of ["s3:ListBucket", "s3:ListBucketVersions"])
            expect([user, prefix, may(policy, user, action, bucket, listed)]).toEqual(said);
        }
  });

  test("is shown no metadata of another user's object, so learns no read key", () => {
    const shows = ["Object", "ObjectVersion", "ObjectAttributes", "ObjectVersionAttributes"];
    const copies = ["ReplicationConfiguration", "InventoryConfiguration", "MetadataTable"];
    for (const user of names)
      for (const owner of names.filter((name) => name !== user))
        for (const prefix of jobs(owner))
          for (const action of [
            ...shows.map((what) => `s3:Get${what}`),
            ...["GetObjectTagging", "GetObjectAcl", "PutObjectAcl", "RestoreObject"].map(
              (what) => `s3:${what}`,
            ),
          ])
            expect([
              user,
              action,
              prefix,
              may("OwnNameSubmitterPolicy", user, action, object(`${prefix}/secret`)),
            ]).toEqual([user, action, prefix, false]);
    for (const what of copies)
      expect([what, may("OwnNameSubmitterPolicy", "bob", `s3:Put${what}`, bucket)]).toEqual([
        what,
        false,
      ]);
    expect(may("OwnNameSubmitterPolicy", "bob", "s3:CreateJob", "*")).toBe(false);
  });

  test("has what the protocol's rule says, and names that would share theirs have none", () => {
    for (const user of names) {
      const own = ownPrefixes(user);
      expect(may("OwnNameSubmitterPolicy", user, "s3:PutObject", object(`${own}job1/x`))).toBe(
        true,
      );
    }
    // alice owns alice--b--job1 and alice---x.
    expect(["alice--b", "alice-"].map(ownPrefixes)).toEqual([undefined, undefined]);
  });

  test("with the policy of before keeps what it gave: prefixes with one hyphen or two", () => {
    for (const prefix of ["alice-job1", "alice--job1"])
      for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"])
        expect(may("OwnPrefixSubmitterPolicy", "alice", action, object(`${prefix}/x`))).toBe(true);
    expect(may("OwnPrefixSubmitterPolicy", "alice", "s3:PutObject", object("bob-job1/x"))).toBe(
      false,
    );
  });
});

test.each<[string, string, Record<string, boolean[]>]>([
  [
    "own records, as earlier versions kept them",
    ownRecordKey("job1"),
    {
      GetObject: [true, false, false, false],
      PutObject: [true, false, false, false],
      DeleteObject: [true, false, false, false],
    },
  ],
  [
    "pending markers",
    pendingKey({ prefix: "job1", action: "run", submission: "s1" }),
    {
      GetObject: [true, true, true, false],
      PutObject: [true, true, true, false],
      DeleteObject: [true, true, false, false],
    },
  ],
  [
    "boards",
    BOARD_KEY,
    { GetObject: [true, false, false, false], PutObject: [true, false, false, false] },
  ],
  [
    "the heartbeat",
    HEARTBEAT_KEY,
    { GetObject: [true, true, false, false], PutObject: [true, false, false, false] },
  ],
])(
  "agent, sweep, dispatch and audit do with %s what they need, and no more",
  (_name, key, rights) => {
    const ids = ["HeadNodePolicy", "SweepRole", "DispatchRole", "AuditRole"];
    for (const [action, expected] of Object.entries(rights))
      expect(ids.map((id) => may(id, "x", `s3:${action}`, object(key)))).toEqual(expected);
  },
);

test("functions remove no object of a job, unless jobs are kept for some days only", () => {
  for (const id of ["SweepRole", "DispatchRole", "AuditRole", "HeadNodePolicy"])
    expect(may(id, "x", "s3:DeleteObjectVersion", object("job1/x"))).toBe(false);
  expect(may("SweepRole", "x", "s3:DeleteObject", object("job1/x"))).toBe(false);
  const params = { clusterName: "mycluster", keepJobsDays: "30" };
  const { template: kept } = packageStack({ stage: "prod", params });
  const policy = kept.Resources.RemovalOfJobsPolicy!;
  expect(policy.Properties.Roles).toEqual([{ Ref: "SweepRole" }]);
  const statements = [
    ...statementsOf(kept, "SweepRole"),
    ...statementsOf(kept, "RemovalOfJobsPolicy"),
  ];
  for (const action of ["s3:DeleteObject", "s3:DeleteObjectVersion"]) {
    expect(allows(statements, { action, resource: object("job1/x") })).toBe(true);
    for (const key of [...secret, ...shown].filter((one) => !one.includes("/pending/")))
      expect([key, allows(statements, { action, resource: object(key) })]).toEqual([key, false]);
  }
  const marker = pendingKey({ prefix: "job1", action: "run", submission: "s1" });
  const version = { action: "s3:DeleteObjectVersion", resource: object(marker) };
  expect(allows(statements, version)).toBe(false);
  const read = { action: "s3:GetObject", resource: object("job1/results.txt") };
  expect(allows(statements, read)).toBe(false);
});

test("no function reads the record under a prefix: it may be anybody's word", () => {
  for (const id of ["SweepRole", "DispatchRole", "AuditRole"])
    expect(may(id, "x", "s3:GetObject", object("job1/job-aws-job.json"))).toBe(false);
});
