import { CommandError } from "../../errors/command-error.ts";
import { type NetworkOptions, networkOptions } from "../../stack/network-options.ts";
import {
  INSTALL_SCRIPT,
  packageName,
  type Release,
  releaseFolder,
} from "../../stack/release/release.ts";
import type { StackOutputs } from "../../stack/stack-outputs.ts";
import type { FlagsOf } from "../../verb.ts";
import type { clusterConfigVerb } from "./description.ts";
import { commonArchitecture } from "./instance-type.ts";

/** A site's options for its cluster. */
export type ClusterFlags = FlagsOf<typeof clusterConfigVerb>;

/** None: a Head Node without a key is reached through SSM only. */
const NOBODY = "127.0.0.1/32";

/**
 * The configuration of a ParallelCluster 3 that the stack can send jobs to.
 *
 * @throws CloudSubmitError `usage` when no subnet is known or the architectures differ, `config` when there is no
 * package for the architecture
 */
export function clusterConfig(
  region: string,
  outputs: StackOutputs,
  options: ClusterFlags,
  release: Release,
) {
  const architecture = commonArchitecture(options.headNodeType, options.computeType);
  const wanted = packageName(release.version, architecture === "arm64" ? "arm64" : "x64");
  if (!release.files.some(({ name }) => name === wanted))
    throw new CommandError("config", (say) => say("problem.noPackageFor", { architecture }));
  const subnet = options.subnet ?? outputs.SubnetId;
  const network = networkOptions(options);
  if (subnet === undefined) throw new CommandError("usage", (say) => say("problem.noNetwork"));
  return {
    Region: region,
    Image: { Os: options.os },
    HeadNode: {
      InstanceType: options.headNodeType,
      Networking: {
        SubnetId: subnet,
        ...(options.elasticIp !== undefined && { ElasticIp: options.elasticIp }),
        ...proxyOf(network),
      },
      Ssh: ssh(options),
      ...(options.rootVolume !== undefined && {
        LocalStorage: { RootVolume: { Size: options.rootVolume } },
      }),
      Iam: {
        AdditionalIamPolicies: [
          { Policy: outputs.HeadNodePolicyArn },
          {
            Policy: `arn:${partitionOf(outputs.HeadNodePolicyArn)}:iam::aws:policy/AmazonSSMManagedInstanceCore`,
          },
        ],
      },
      CustomActions: { OnNodeConfigured: installAction(region, outputs, release, network) },
    },
    Scheduling: {
      Scheduler: "slurm",
      SlurmSettings: {
        CustomSlurmSettings: [{ EpilogSlurmctld: `${outputs.HeadNodeHome}/hooks/slurm-ended` }],
      },
      SlurmQueues: [queue(options, subnet, network)],
    },
    // Jobs run as the default user. From ParallelCluster 3.4.0 on.
    ...(!options.keepSudo && { DeploymentSettings: { DisableSudoAccessForDefaultUser: true } }),
  };
}

function ssh({ key, sshFrom }: ClusterFlags) {
  if (key === undefined) return { AllowedIps: NOBODY };
  return { KeyName: key, ...(sshFrom !== undefined && { AllowedIps: sshFrom }) };
}

/** Without it, nodes that reach AWS through a proxy alone do not come up. */
function proxyOf({ proxy }: NetworkOptions) {
  return proxy.startsWith("http") && { Proxy: { HttpProxyAddress: proxy } };
}

function installAction(
  region: string,
  outputs: StackOutputs,
  release: Release,
  { proxy, proxyBypass, ca }: NetworkOptions,
) {
  const folder = releaseFolder(release.version);
  return {
    Script: `s3://${outputs.BucketName}/${folder}${INSTALL_SCRIPT}`,
    Args: [
      "install",
      ...Object.entries({
        bucket: outputs.BucketName,
        region,
        version: release.version,
        checksum: release.checksum,
        "event-bus": outputs.EventBusName,
        home: outputs.HeadNodeHome,
        proxy,
        "proxy-bypass": proxyBypass,
        ca,
      }).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ],
  };
}

function queue(options: ClusterFlags, subnet: string, network: NetworkOptions) {
  return {
    Name: options.queue,
    CapacityType: options.spot ? "SPOT" : "ONDEMAND",
    ComputeResources: options.computeType.map((type) => ({
      Name: type.replace(".", "-").slice(0, 25),
      Instances: [{ InstanceType: type }],
      MinCount: options.minCount,
      MaxCount: options.maxCount,
    })),
    Networking: {
      SubnetIds: options.computeSubnet ?? [subnet],
      ...(options.publicIps && { AssignPublicIp: true }),
      ...proxyOf(network),
      ...(options.placementGroup && { PlacementGroup: { Enabled: true } }),
    },
  };
}

/** aws, aws-cn or aws-us-gov: the second part of every ARN. */
function partitionOf(arn: string): string {
  return arn.split(":")[1] ?? "aws";
}
