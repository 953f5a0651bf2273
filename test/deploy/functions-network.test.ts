import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { checkout, packageStack, resourcesOf } from "../support/stack-template.ts";

const NETWORK = {
  functionSubnets: "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
  functionSecurityGroups: "sg-0123456789abcdef0",
  functionProxy: "http://proxy.example.com:3128",
};

test("every function is in the site's subnets, and may have its network interfaces there", () => {
  const { template, file } = packageStack({
    stage: "prod",
    params: { clusterName: "c", notifyAllowed: "@example.org", ...NETWORK },
  });
  expect(resourcesOf(template, "AWS::Lambda::Function")).toHaveLength(6);
  for (const [, { Properties }] of resourcesOf(template, "AWS::Lambda::Function"))
    expect(Properties.VpcConfig).toEqual({
      SubnetIds: NETWORK.functionSubnets.split(","),
      SecurityGroupIds: [NETWORK.functionSecurityGroups],
    });
  for (const [, { Properties }] of resourcesOf(template, "AWS::IAM::Role"))
    expect(JSON.stringify(Properties.ManagedPolicyArns)).toMatch(/AWSLambdaVPCAccessExecutionRole/);
  const lint = join(checkout, ".local/venv/bin/cfn-lint");
  const found = spawnSync(lint, [file, "--regions", "us-east-1"], { encoding: "utf8" });
  expect(`${found.stdout}${found.stderr}`).toBe("");
});

test("without parameters they are in Lambda's own, and have no rights on interfaces", () => {
  const { template } = packageStack({ stage: "prod", params: { clusterName: "c" } });
  for (const [, { Properties }] of resourcesOf(template, "AWS::Lambda::Function"))
    expect(Properties.VpcConfig).toEqual({ SubnetIds: [], SecurityGroupIds: [] });
  for (const [, { Properties }] of resourcesOf(template, "AWS::IAM::Role"))
    expect(Properties.ManagedPolicyArns).toEqual([]);
});
