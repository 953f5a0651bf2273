// The parameters of a deployment, checked, and what follows from them. serverless.yml reads everything
// from here as ${self:custom.settings.NAME}, so that a wrong value stops the deployment with one line.
const { X509Certificate } = require("node:crypto");
const { readFileSync } = require("node:fs");
const z = require("zod");

/** Days for which CloudWatch Logs can keep a log. Source: API reference, PutRetentionPolicy. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

const optional = (schema) => z.union([z.literal(""), schema]);
const text = (pattern, expected) => optional(z.string().regex(pattern, `expected ${expected}`));
const whole = (least, most, unit, or = "") => {
  const expected = `expected a whole number of ${unit} from ${least} to ${most}${or}`;
  return z.coerce.number(expected).int(expected).min(least, expected).max(most, expected);
};
const bucketName = text(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens",
);
const idsOf = (kind, most) => {
  const id = `${kind}-([0-9a-f]{8}|[0-9a-f]{17})`;
  const expected = `up to ${most} ids such as ${kind}-0123456789abcdef0, with commas between`;
  return text(new RegExp(`^${id}(,${id}){0,${most - 1}}$`), expected);
};
const oneOf = (...words) => z.enum(words, `expected one of ${words.join(", ")}`);

/** An address, or a domain with its @: a part of those that protocol/notify.ts takes, as a test compares. */
const ADDRESSES =
  "([A-Za-z0-9]([A-Za-z0-9._+-]{0,62}[A-Za-z0-9])?)?@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+";

/** Characters of all of them: Lambda has 4 KiB for all variables of a function, IAM 10 for a role. */
const ADDRESSES_MAX = 3000;

/** One entry for each `--param`; README and docs/production.md tell what each means. */
const parameters = {
  clusterName: text(
    /^[A-Za-z][A-Za-z0-9-]{0,59}$/,
    "a ParallelCluster name: a letter, then letters, digits and hyphens, 60 at most",
  ),
  instanceId: text(/^i-[0-9a-f]{8,17}$/, "an EC2 instance id such as i-0123456789abcdef0"),
  bucket: bucketName,
  existingBucket: bucketName,
  // A policy names keys by their ARN only.
  kmsKey: text(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
    "the ARN of a key of KMS, such as arn:aws:kms:us-east-1:111122223333:key/…, not of an alias",
  ),
  sse: optional(oneOf("AES256", "aws:kms", "aws:kms:dsse")),
  headNodeHome: z
    .string()
    .regex(
      /^(\/\.?[A-Za-z0-9_-][A-Za-z0-9._-]*){2,}$/,
      "expected a folder below another one, such as /opt/cloud-submit: letters, digits, . _ and -",
    )
    .max(1024, "expected 1024 characters at most"),
  redispatchSeconds: whole(1, 86_400, "seconds"),
  deadlineSeconds: whole(2, 1_209_600, "seconds"),
  dispatchConcurrency: z.union(
    [z.literal("none"), whole(1, 10_000, "executions", ", or none")],
    "expected a whole number of executions from 1 to 10000, or none",
  ),
  logRetentionDays: z.coerce
    .number()
    .refine(
      (days) => RETENTION_DAYS.includes(days),
      `expected a number of days that CloudWatch Logs knows: ${RETENTION_DAYS.join(", ")}`,
    ),
  keepVersionsDays: whole(1, 36_500, "days"),
  keepJobsDays: z.union(
    [z.literal("none"), whole(1, 36_500, "days", ", or none")],
    "expected a whole number of days from 1 to 36500, or none",
  ),
  notificationEmail: optional(z.email("expected an e-mail address")),
  jobEmails: oneOf("none", "failed", "all"),
  notifyAllowed: text(
    new RegExp(`^(?=.{0,${ADDRESSES_MAX}}$)${ADDRESSES}(,${ADDRESSES}){0,99}$`),
    `up to 100 e-mail addresses, or domains such as @example.org, with commas between, ${ADDRESSES_MAX} characters at most`,
  ),
  network: oneOf("none", "new"),
  vpcCidr: z.cidrv4("expected an IPv4 network such as 10.0.0.0/16"),
  subnetCidr: z.cidrv4("expected an IPv4 network such as 10.0.0.0/20"),
  availabilityZone: text(
    /^[a-z]{2,}(-[a-z]+)+-\d[a-z]$/,
    "an availability zone such as us-east-1a",
  ),
  vpcId: text(/^vpc-[0-9a-f]+$/, "a VPC id such as vpc-0123456789abcdef0"),
  subnetId: text(/^subnet-[0-9a-f]+$/, "a subnet id such as subnet-0123456789abcdef0"),
  functionSubnets: idsOf("subnet", 16),
  functionSecurityGroups: idsOf("sg", 5),
  functionProxy: text(
    /^https?:\/\/([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}\/?$/,
    "http://HOST:PORT, without a user and a password, which whoever may look at a function could read",
  ),
  functionProxyBypass: text(/^[A-Za-z0-9_.,:*[\]-]{1,1000}$/, "host names with commas between"),
  functionCaFile: z.string(),
};

const schema = z.object(parameters).superRefine((set, context) => {
  const issue = (path, message) => context.addIssue({ code: "custom", path: [path], message });
  if (!set.clusterName === !set.instanceId)
    issue("clusterName", "give clusterName or instanceId, and only one of them");
  if (set.bucket && set.existingBucket)
    issue("bucket", "give bucket (to be made) or existingBucket (yours already), not both");
  if (set.kmsKey && set.sse === "AES256")
    issue("sse", "give aws:kms or aws:kms:dsse with kmsKey, or leave it out");
  if (set.redispatchSeconds >= set.deadlineSeconds)
    issue("redispatchSeconds", "expected less than deadlineSeconds");
  if (!set.vpcId !== !set.subnetId) issue("vpcId", "give vpcId and subnetId together");
  if (set.vpcId && set.network === "new")
    issue("network", "give vpcId and subnetId, or network=new, not both");
  if (!set.functionSubnets !== !set.functionSecurityGroups)
    issue("functionSubnets", "give functionSubnets and functionSecurityGroups together");
  if (set.functionProxy && !set.functionSubnets)
    issue("functionProxy", "needs functionSubnets: a proxy is in a network of the site's");
  if (set.jobEmails !== "none" && !set.notificationEmail)
    issue("jobEmails", "needs notificationEmail: the address to write to");
});

/** Network interfaces of functions in a VPC. Source: AWS Lambda Developer Guide, "Giving Lambda functions access to a VPC". */
const VPC_POLICY = {
  "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
};

/** Of the 4 KiB that Lambda has for all variables of a function. */
const CERTIFICATES_MAX = 3000;

/** The certificates of a file, and nothing else of it. */
function certificatesIn(file) {
  let found;
  try {
    const all =
      readFileSync(file, "utf8").match(
        /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g,
      ) ?? [];
    found = all.map((one) => new X509Certificate(one).toString()).join("");
  } catch (error) {
    throw wrong(`functionCaFile: ${file}: ${error.message}`);
  }
  if (found === "") throw wrong(`functionCaFile: ${file}: there is no certificate in PEM in it`);
  if (found.length > CERTIFICATES_MAX)
    throw wrong(
      `functionCaFile: ${file}: more than ${CERTIFICATES_MAX} bytes of certificates: Lambda has no room for them`,
    );
  return found;
}

/**
 * Checks the parameters of a deployment.
 *
 * @param raw a value for each parameter, as text or number; "" where there is none
 * @param stage the Serverless Framework's stage
 * @param given the names that were given on the command line, to find misspelt ones
 * @throws Error naming the parameter and what was expected
 */
function settingsOf(raw, stage, given = []) {
  const unknown = given.find((name) => !Object.hasOwn(parameters, name));
  if (unknown !== undefined)
    throw wrong(
      `${unknown}: there is no such parameter; there are ${Object.keys(parameters).join(", ")}`,
    );
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw wrong(`${path.join(".")}: ${message}`);
  }
  const set = parsed.data;
  const algorithm = set.sse || (set.kmsKey ? "aws:kms" : "AES256");
  const bucketRef = set.existingBucket || { Ref: "JobBucket" };
  const told = [...new Set(set.notifyAllowed.toLowerCase().split(",").filter(Boolean))];
  const functionCertificates = set.functionCaFile && certificatesIn(set.functionCaFile);
  if (told.length > 0 && functionCertificates.length + set.notifyAllowed.length > ADDRESSES_MAX)
    throw wrong(
      `notifyAllowed: more than ${ADDRESSES_MAX} characters with the certificates of functionCaFile: Lambda has no room for them; give domains`,
    );
  return {
    ...set,
    // The job bucket for Ref and for Fn::Sub, made here or not.
    bucketRef,
    bucketArn: set.existingBucket
      ? `arn:\${AWS::Partition}:s3:::${set.existingBucket}`
      : "${JobBucket.Arn}",
    bucketName: set.bucket || {
      "Fn::Sub": `cloud-submit-${stage}-\${AWS::AccountId}-\${AWS::Region}`,
    },
    // For one request to KMS for many objects. Not with dsse: Amazon S3 User Guide, "Amazon S3 Bucket Keys".
    bucketEncryption: [
      {
        ServerSideEncryptionByDefault: {
          SSEAlgorithm: algorithm,
          ...(set.kmsKey && { KMSMasterKeyID: set.kmsKey }),
        },
        ...(algorithm === "aws:kms" && { BucketKeyEnabled: true }),
      },
    ],
    keyArn: set.kmsKey || {
      "Fn::Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/none",
    },
    // As CLOUD_SUBMIT_SSE: functions ask for it with each object, as policies of a site may demand.
    writtenWith: set.kmsKey ? `${algorithm}:${set.kmsKey}` : set.sse,
    // Which of the alternatives below resources/ belong to this deployment.
    bucketKind: set.existingBucket ? "existing" : "own",
    headNodeKind: set.instanceId ? "instance" : "cluster",
    zone: set.availabilityZone || { "Fn::Select": [0, { "Fn::GetAZs": "" }] },
    networkKind: set.vpcId ? "existing" : set.network,
    emailKind: !set.notificationEmail ? "none" : set.jobEmails === "none" ? "alarms" : "jobs",
    notifyKind: set.notifyAllowed ? "some" : "none",
    notifyAllowed: told.join(","),
    // The same for IAM: `*` stands for whatever is before a domain.
    notifyEndpoints: told.map((one) => one.replace(/^@/, "*@")),
    functionVpc: {
      subnetIds: set.functionSubnets.split(",").filter(Boolean),
      securityGroupIds: set.functionSecurityGroups.split(",").filter(Boolean),
    },
    jobsKeptDays: set.keepJobsDays === "none" ? "" : set.keepJobsDays,
    keepKind: set.keepJobsDays === "none" ? "all" : "some",
    // null: the function shares what the account has.
    dispatchReserved: set.dispatchConcurrency === "none" ? null : set.dispatchConcurrency,
    functionPolicies: set.functionSubnets ? [VPC_POLICY] : [],
    functionCertificates,
    makeDocuments: stage === "local" ? "no" : "yes",
    // The part of "Job State Change" that an e-mail is sent for; all stages of an account share one bus.
    jobEmailDetail: {
      bucket: [bucketRef],
      to: ["JOB_COMPLETE", "JOB_ERROR"],
      ...(set.jobEmails === "failed" && { outcome: [{ "anything-but": ["completed"] }] }),
    },
  };
}

/** The framework prints an error's stack where there is one; the line alone says all. */
function wrong(what) {
  const error = new Error(`--param ${what}`);
  error.stack = error.message;
  return error;
}

/** Called by the Serverless Framework. */
module.exports = async ({ resolveVariable, options }) => {
  const raw = {};
  for (const name of Object.keys(parameters)) raw[name] = await resolveVariable(`param:${name}`);
  const stage = await resolveVariable("sls:stage");
  const given = [options.param ?? []].flat().map((pair) => String(pair).split("=")[0]);
  return settingsOf(raw, stage, given);
};
module.exports.settingsOf = settingsOf;
