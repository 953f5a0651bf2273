import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import packageJson from "../../package.json" with { type: "json" };
import { type EmulatedAws, startMiniStack, startMoto } from "../support/emulated-aws.ts";
import { commandsOf } from "../support/readme.ts";
import { releaseFolder } from "../support/release-folder.ts";
import { checkout, type Deployment, serverless } from "../support/stack-template.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The functions of a stage, by AWS's name. */
const functionsOf = (stage: string, ...more: string[]) =>
  ["audit", "command-result", "dispatch", ...more, "redrive", "sweep"].map(
    (name) => `cloud-submit-${stage}-${name}`,
  );

let cloud: EmulatedAws;

/** Deploys, or removes, and fails with what the framework printed. */
function sls(verb: "deploy" | "remove", deployment: Deployment): void {
  const { code, output } = serverless(verb, deployment, {
    env: { ...cloud.env, SLS_AWS_MONITORING_FREQUENCY: "100", SLS_TELEMETRY_DISABLED: "1" },
  });
  if (code !== 0) throw new Error(output);
}

function outputsOf(stack: string): Record<string, string> {
  const { Stacks } = cloud.aws(`cloudformation describe-stacks --stack-name ${stack}`) as {
    Stacks: { Outputs?: { OutputKey: string; OutputValue: string }[] }[];
  };
  const outputs = Stacks[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map((one) => [one.OutputKey, one.OutputValue]));
}

function functionNames(): string[] {
  const { Functions } = cloud.aws("lambda list-functions") as {
    Functions: { FunctionName: string }[];
  };
  return Functions.map(({ FunctionName }) => FunctionName).toSorted();
}

const retentionOf = (group: string) =>
  (
    cloud.aws(`logs describe-log-groups --log-group-name-prefix ${group}`) as {
      logGroups: { retentionInDays?: number }[];
    }
  ).logGroups[0]?.retentionInDays;

describe("the production stage on moto", () => {
  const stage = "prod";
  const full: Deployment = {
    stage,
    params: {
      clusterName: "first",
      network: "new",
      notificationEmail: "ops@example.org",
      jobEmails: "all",
      notifyAllowed: "taro@example.org,@example.jp",
    },
  };
  beforeAll(async () => {
    cloud = await startMoto();
  });
  afterAll(() => cloud.stop());

  test("is deployed: functions, rules, documents, network, and outputs", () => {
    sls("deploy", full);
    expect(functionNames()).toEqual(functionsOf(stage, "notify"));
    const { Configuration } = cloud.aws(
      "lambda get-function --function-name cloud-submit-prod-dispatch",
    ) as { Configuration: Record<string, unknown> };
    expect(Configuration).toMatchObject({
      Runtime: "nodejs24.x",
      Environment: { Variables: { CLUSTER_NAME: "first", BUCKET: expect.any(String) } },
    });
    const outputs = outputsOf("cloud-submit-prod");
    expect(outputs).toMatchObject({
      BucketName: "cloud-submit-prod-123456789012-us-east-1",
      ClusterName: "first",
      AuditLogGroupName: "/aws/lambda/cloud-submit-prod-audit",
      HeadNodePolicyArn: expect.stringContaining(":policy/"),
      SubmitterPolicyArn: expect.stringContaining(":policy/"),
      OwnPrefixSubmitterPolicyArn: expect.stringContaining(":policy/"),
    });
    const { Subnets } = cloud.aws(
      `ec2 describe-subnets --subnet-ids ${outputs.SubnetId ?? ""}`,
    ) as { Subnets: object[] };
    expect(Subnets).toEqual([
      expect.objectContaining({ VpcId: outputs.VpcId, CidrBlock: "10.0.0.0/20" }),
    ]);
    for (const name of ["request", "install"]) {
      const document = cloud.aws(`ssm get-document --name cloud-submit-prod-${name}`) as {
        Content: string;
      };
      expect(document.Content).toContain("interpolationType");
    }
  });

  test("tells cluster-config what it needs", () => {
    const program = join(checkout, "dist/cloud-submit.cjs");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [program, "cluster-config", "--packages", releaseFolder(packageJson.version)],
      // eslint-disable-next-line node/no-process-env
      { env: { PATH: process.env.PATH, ...cloud.env }, encoding: "utf8" },
    );
    const { SubnetId, BucketName, HeadNodePolicyArn } = outputsOf("cloud-submit-prod");
    expect([stderr, status]).toEqual([expect.not.stringMatching(/cloud-submit:|Warning/), 0]);
    for (const value of [SubnetId, BucketName, HeadNodePolicyArn]) expect(stdout).toContain(value);
  });

  test("is updated by a second deployment", () => {
    sls("deploy", {
      ...full,
      params: { ...full.params, clusterName: "second", logRetentionDays: "30" },
    });
    expect(outputsOf("cloud-submit-prod").ClusterName).toBe("second");
    const { Configuration } = cloud.aws(
      "lambda get-function --function-name cloud-submit-prod-dispatch",
    ) as { Configuration: { Environment: object } };
    expect(Configuration.Environment).toMatchObject({ Variables: { CLUSTER_NAME: "second" } });
  });

  test("is removed", () => {
    leaveRoutesToNobody(outputsOf("cloud-submit-prod").VpcId ?? "");
    sls("remove", full);
    expect(
      cloud.aws("cloudformation list-stacks --stack-status-filter UPDATE_COMPLETE CREATE_COMPLETE"),
    ).toEqual(expect.objectContaining({ StackSummaries: [] }));
    expect(functionNames()).toEqual([]);
    const { Roles } = cloud.aws("iam list-roles") as { Roles: object[] };
    expect(Roles).toEqual([]);
    const own = cloud.aws("ssm list-documents --filters Key=Owner,Values=Self") as {
      DocumentIdentifiers: object[];
    };
    expect(own.DocumentIdentifiers).toEqual([]);
  });
});

describe("the README's commands for production, on moto", () => {
  beforeAll(async () => {
    cloud = await startMoto();
  });
  afterAll(() => cloud.stop());
  const shown = commandsOf("README.md");

  test.each([
    ["npx sls deploy", ""],
    ["npx cloud-submit headnode publish", " --packages PACKAGES"],
    ["npx cloud-submit cluster-config", " --packages PACKAGES"],
  ])("%s works as it stands there", (beginning, more) => {
    const command = shown.find((line) => line.startsWith(beginning)) ?? "the README shows none";
    const folder = temporaryFolder();
    const line = `${command.replace(" > ", `${more} > ${folder}/`)}${command.includes(" > ") ? "" : more}`;
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["-c", line.replace("PACKAGES", releaseFolder(packageJson.version))],
      {
        cwd: checkout,
        encoding: "utf8",
        // eslint-disable-next-line node/no-process-env
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          ...cloud.env,
          AWS_REGION: "ap-northeast-1",
        },
      },
    );
    expect([`${stdout}${stderr}`, status]).toEqual([expect.any(String), 0]);
    if (command.includes("cluster.yaml"))
      expect(readFileSync(join(folder, "cluster.yaml"), "utf8")).toMatch("Region: ap-northeast-1");
  });
});

/** moto's CloudFormation deletes neither endpoints nor route tables, and then cannot delete their VPC. */
function leaveRoutesToNobody(vpc: string): void {
  const filter = `--filters Name=vpc-id,Values=${vpc}`;
  const { VpcEndpoints } = cloud.aws(`ec2 describe-vpc-endpoints ${filter}`) as {
    VpcEndpoints: { VpcEndpointId: string }[];
  };
  for (const { VpcEndpointId } of VpcEndpoints)
    cloud.aws(`ec2 delete-vpc-endpoints --vpc-endpoint-ids ${VpcEndpointId}`);
  const { RouteTables } = cloud.aws(`ec2 describe-route-tables ${filter}`) as {
    RouteTables: {
      RouteTableId: string;
      Associations: { Main: boolean; RouteTableAssociationId: string }[];
    }[];
  };
  for (const { RouteTableId, Associations } of RouteTables) {
    if (Associations.some(({ Main }) => Main)) continue;
    for (const { RouteTableAssociationId } of Associations)
      cloud.aws(`ec2 disassociate-route-table --association-id ${RouteTableAssociationId}`);
    cloud.aws(`ec2 delete-route-table --route-table-id ${RouteTableId}`);
  }
}

describe("the local stage on MiniStack", () => {
  const stage = "local";
  const local: Deployment = { stage, params: {} };
  beforeAll(async () => {
    cloud = await startMiniStack();
  });
  afterAll(() => cloud.stop());

  test("is deployed, updated and removed", () => {
    sls("deploy", local);
    expect(functionNames()).toEqual(functionsOf(stage));
    expect(retentionOf("/aws/lambda/cloud-submit-local-audit")).toBe(365);

    sls("deploy", { ...local, params: { logRetentionDays: "30" } });
    expect(functionNames()).toEqual(functionsOf(stage));
    expect(retentionOf("/aws/lambda/cloud-submit-local-audit")).toBe(30);

    sls("remove", local);
    expect(functionNames()).toEqual([]);
    const { Rules } = cloud.aws("events list-rules") as { Rules: object[] };
    expect(Rules).toEqual([]);
  });
});
