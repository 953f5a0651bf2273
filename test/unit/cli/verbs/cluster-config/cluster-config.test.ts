import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import { parseFlags } from "../../../../../cli/parse-flags.ts";
import type { AdminContext } from "../../../../../cli/stack/admin-context.ts";
import { readRelease } from "../../../../../cli/stack/release/release.ts";
import type { ClusterFlags } from "../../../../../cli/verbs/cluster-config/cluster.ts";
import { printClusterConfig } from "../../../../../cli/verbs/cluster-config/cluster-config.ts";
import { clusterConfigVerb } from "../../../../../cli/verbs/cluster-config/description.ts";
import { architectureOf } from "../../../../../cli/verbs/cluster-config/instance-type.ts";
import { MemoryStore } from "../../../../support/memory-store.ts";
import { parallelClusterComplaints } from "../../../../support/parallelcluster.ts";
import { releaseFolder } from "../../../../support/release-folder.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testUi } from "../../../../support/test-ui.ts";

const VERSION = "1.2.3";
const OUTPUTS = {
  BucketName: "jobs-of-ours",
  HeadNodePolicyArn: "arn:aws:iam::123456789012:policy/cloud-submit-prod-head-node",
  InstallDocumentName: "cloud-submit-prod-install",
  SubnetId: "subnet-0123456789abcdef0",
  EventBusName: "default",
  HeadNodeHome: "/opt/cloud-submit",
};

function world(outputs: Record<string, string> | undefined = OUTPUTS) {
  const { ui, out, err } = testUi();
  const asked: string[] = [];
  const store = new MemoryStore();
  const context: AdminContext = {
    ...ui,
    version: VERSION,
    packages: releaseFolder(VERSION),
    filterLogs: () => Promise.reject(new Error("not needed")),
    region: async () => "ap-northeast-1",
    describeOutputs: async (stack) => {
      asked.push(stack);
      return outputs;
    },
    store: () => store,
    commands: () => Promise.reject(new Error("not needed")),
  };
  return { context, out, err, asked, store };
}

/** Flags as a user gives them. */
type Given = Partial<ClusterFlags>;

const print = async (context: AdminContext, flags: Given) =>
  printClusterConfig(context, parseFlags(clusterConfigVerb.flags, flags));

/** The configuration that these flags lead to, as text. */
async function printed(flags: Given, outputs?: Record<string, string>) {
  const { context, out } = world(outputs);
  await print(context, flags);
  return out.join("\n");
}

/** Flags as a user may give them; each must please the real ParallelCluster. */
const COMBINATIONS: Record<string, Given> = {
  "no flags": {},
  "everything at once": {
    os: "alinux2023",
    key: "mykey",
    sshFrom: "192.0.2.0/24",
    headNodeType: "m7g.large",
    computeType: ["c7g.16xlarge", "hpc7g.16xlarge"],
    queue: "spot-1",
    minCount: 1,
    maxCount: 64,
    elasticIp: true,
    publicIps: true,
    placementGroup: true,
    spot: true,
    subnet: "subnet-01234567",
    computeSubnet: ["subnet-0123456789abcdef1"],
    rootVolume: 200,
    keepSudo: true,
  },
  "an Elastic IP of one's own": { elasticIp: "eipalloc-0123456789abcdef0" },
  "compute nodes in several subnets": {
    computeSubnet: ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
  },
  "public addresses": { publicIps: true },
  "a key and nothing else": { key: "k" },
  "a proxy": { proxy: "http://proxy.example.com:3128", proxyBypass: ".internal,*" },
  "a long instance type": {
    headNodeType: "u7i-12tb.224xlarge",
    computeType: ["u7i-12tb.224xlarge"],
  },
  ...Object.fromEntries(clusterConfigVerb.flags.os.choices.map((os) => [os, { os }])),
};

describe("cluster-config", () => {
  test("the real ParallelCluster takes every combination of flags", async () => {
    const texts = await Promise.all(Object.values(COMBINATIONS).map((flags) => printed(flags)));
    const complaints = parallelClusterComplaints(texts);
    const found = Object.keys(COMBINATIONS).map((name, at) => [name, complaints[at]]);
    expect(found).toEqual(Object.keys(COMBINATIONS).map((name) => [name, []]));
  });

  test("a proxy is the cluster's and the agent's", async () => {
    const proxy = "http://proxy.example.com:3128";
    const { HeadNode, Scheduling } = parse(await printed({ proxy, proxyBypass: ".internal" }));
    for (const { Networking } of [HeadNode, ...Scheduling.SlurmQueues])
      expect(Networking.Proxy).toEqual({ HttpProxyAddress: proxy });
    const { Args } = HeadNode.CustomActions.OnNodeConfigured;
    expect(Args.slice(-4)).toEqual(["--proxy", proxy, "--proxy-bypass", ".internal"]);
  });

  test("the real ParallelCluster would complain", async () => {
    const config = parse(await printed({}));
    const { Scheduling, HeadNode } = config;
    const slurm = (settings: object) => ({
      ...config,
      Scheduling: { ...Scheduling, SlurmSettings: { CustomSlurmSettings: [settings] } },
    });
    const wrong = [
      slurm({ SlurmUser: "root" }),
      slurm({ Epilog: "/x" }),
      { ...config, HeadNode: { ...HeadNode, Subnet: "subnet-01234567" } },
      { ...config, Image: { Os: "debian12" } },
    ];
    const complaints = parallelClusterComplaints(wrong.map((each) => stringify(each)));
    expect(complaints.map((each) => each.length)).toEqual([1, 1, 1, 1]);
  });

  test("is filled from the stack's outputs", async () => {
    const { context, out, asked } = world();
    await print(context, { stage: "blue" });
    expect(asked).toEqual(["cloud-submit-blue"]);
    const { checksum } = await readRelease(context.packages, VERSION);
    const { Region, HeadNode, Scheduling } = parse(out.join("\n"));
    expect(Region).toBe("ap-northeast-1");
    expect(HeadNode.Networking).toEqual({ SubnetId: OUTPUTS.SubnetId });
    expect(HeadNode.Iam.AdditionalIamPolicies).toEqual([
      { Policy: OUTPUTS.HeadNodePolicyArn },
      { Policy: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" },
    ]);
    const { Script, Args } = HeadNode.CustomActions.OnNodeConfigured;
    expect(Script).toBe("s3://jobs-of-ours/.cloud-submit/agent/1.2.3/install.sh");
    expect(Args.join(" ")).toBe(
      `install --bucket jobs-of-ours --region ap-northeast-1 --version 1.2.3 --checksum ${checksum} --event-bus default --home /opt/cloud-submit`,
    );
    expect(Scheduling.SlurmSettings).toEqual({
      CustomSlurmSettings: [{ EpilogSlurmctld: "/opt/cloud-submit/hooks/slurm-ended" }],
    });
  });

  test("the default user, and with it every job, cannot become root unless that is said", async () => {
    const { DeploymentSettings } = parse(await printed({}));
    expect(DeploymentSettings).toEqual({ DisableSudoAccessForDefaultUser: true });
    expect(parse(await printed({ keepSudo: true }))).not.toHaveProperty("DeploymentSettings");
  });

  test("without a key, SSH is open to nobody; with one, as the user says", async () => {
    expect(parse(await printed({})).HeadNode.Ssh).toEqual({ AllowedIps: "127.0.0.1/32" });
    const { context, err } = world();
    await print(context, { key: "k" });
    expect(err.join("\n")).toMatch(/SSH is open to every address/);
  });

  test("follows the partition of the account", async () => {
    const cn = { ...OUTPUTS, HeadNodePolicyArn: "arn:aws-cn:iam::123456789012:policy/p" };
    expect(await printed({}, cn)).toContain("arn:aws-cn:iam::aws:policy/AmazonSSMManaged");
  });

  test("says when the agent is not in the bucket yet, and only then", async () => {
    const { context, err, store } = world();
    await print(context, {});
    expect(err.join("\n")).toMatch(/run cloud-submit headnode publish before/);
    err.length = 0;
    const { sums } = await readRelease(context.packages, VERSION);
    await store.put(".cloud-submit/agent/1.2.3/SHA256SUMS", sums);
    await print(context, {});
    expect(err).toEqual([]);
  });

  test.each<[Given, RegExp]>([
    [{ os: "debian12" as "rhel9" }, /--os/],
    [{ subnet: "vpc-1" }, /--subnet: give a subnet id/],
    [{ queue: "Compute" }, /--queue/],
    [{ queue: "default" }, /--queue/],
    [{ minCount: 11 }, /--min-count: is more than --max-count/],
    [{ maxCount: 0 }, /--max-count: give 1 or more/],
    [{ computeType: ["c7i.large", "c7i.large"] }, /--compute-type: names an instance type twice/],
    [{ computeType: ["c7g.large"] }, /one architecture/],
    [{ computeType: ["large"] }, /not an instance type/],
    [{ elasticIp: "203.0.113.7" }, /--elastic-ip: give the allocation id/],
    [{ sshFrom: "192.0.2.0/24" }, /--ssh-from: has no effect without --key/],
    [
      { placementGroup: true, computeSubnet: ["subnet-01234567", "subnet-01234568"] },
      /--placement-group/,
    ],
  ])("refuses %j", async (flags, message) => {
    await expect(printed(flags)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(message),
    });
  });

  test("says what to do without a network, a stack, or its outputs", async () => {
    const { SubnetId: _, ...noNetwork } = OUTPUTS;
    await expect(printed({}, noNetwork)).rejects.toMatchObject({ code: "usage" });
    const nothing = world();
    await expect(
      print({ ...nothing.context, describeOutputs: async () => undefined }, {}),
    ).rejects.toMatchObject({ code: "config", message: expect.stringMatching(/sls deploy/) });
    await expect(printed({}, { BucketName: "b" })).rejects.toMatchObject({
      code: "config",
      message: expect.stringMatching(/HeadNodePolicyArn.*deploy it again/),
    });
  });

  test("says what to do without packages of the agent", async () => {
    const { context } = world();
    await expect(print(context, { packages: temporaryFolder() })).rejects.toMatchObject({
      message: expect.stringMatching(/npm run build:headnode/),
    });
    const { sums } = await readRelease(context.packages, VERSION);
    writeFileSync(join(context.packages, "SHA256SUMS"), sums.replace(/^.*arm64.*\n/m, ""));
    await print(context, {});
    const arm = { headNodeType: "m7g.large", computeType: ["c7g.large"] } as Given;
    await expect(print(context, arm)).rejects.toMatchObject({
      message: expect.stringMatching(/no package of the agent for arm64/),
    });
    await expect(print({ ...context, version: "9.9.9" }, {})).rejects.toMatchObject({
      message: expect.stringMatching(/9\.9\.9/),
    });
  });
});

test.each([
  ["m7i.large", "x86_64"],
  ["c7gn.16xlarge", "arm64"],
  ["t4g.medium", "arm64"],
  ["a1.large", "arm64"],
  ["im4gn.large", "arm64"],
  ["g5g.xlarge", "arm64"],
  ["hpc7g.16xlarge", "arm64"],
  ["p6e-gb200.36xlarge", "arm64"],
  ["g4dn.xlarge", "x86_64"],
  ["g5.xlarge", "x86_64"],
  ["gr6.4xlarge", "x86_64"],
  ["hpc7a.96xlarge", "x86_64"],
  ["u-6tb1.112xlarge", "x86_64"],
  ["p6-b300.48xlarge", "x86_64"],
])("%s is %s", (type, architecture) => expect(architectureOf(type)).toBe(architecture));
