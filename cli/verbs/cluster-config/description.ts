import { NETWORK_FLAGS } from "../../stack/network-flags.ts";
import { STACK_FLAGS } from "../../stack/stack-flags.ts";
import type { VerbDescription } from "../../verb.ts";

const SUBNET = [/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, "problem.subnet"] as const;

export const clusterConfigVerb = {
  name: "cluster-config",
  group: "administration",
  summary: "print a ParallelCluster configuration for a deployed stack",
  arguments: {},
  flags: {
    ...STACK_FLAGS,
    os: {
      value: "name",
      // Those that the install script knows, as ParallelCluster names them.
      choices: ["ubuntu2404", "ubuntu2204", "alinux2023", "rhel9", "rhel8", "rocky9", "rocky8"],
      default: "ubuntu2404",
      help: "operating system of all nodes (default: {default})",
    },
    key: {
      value: "name",
      pattern: [/./, "problem.key"],
      help: "EC2 key pair for SSH (default: no SSH, only SSM)",
    },
    sshFrom: {
      value: "cidr",
      pattern: [/^(\d{1,3}(\.\d{1,3}){3}\/\d{1,2}|pl-[0-9a-f]+)$/, "problem.cidr"],
      help: "addresses that may use SSH",
    },
    headNodeType: {
      value: "type",
      default: "m7i.large",
      help: "instance type of the Head Node (default: {default})",
    },
    computeType: {
      value: "type",
      many: true,
      default: ["c7i.xlarge"],
      help: "instance types of compute nodes (default: {default})",
    },
    queue: {
      value: "name",
      default: "compute",
      // ParallelCluster's rule for names of queues and compute resources.
      pattern: [/^[a-z][a-z0-9-]{0,24}$/, "problem.queueName"],
      help: "name of the queue (default: {default})",
    },
    minCount: {
      value: "n",
      as: "whole",
      default: 0,
      help: "minimum number of compute nodes of each type, always up (default: {default})",
    },
    maxCount: {
      value: "n",
      as: "whole",
      min: 1,
      default: 10,
      help: "maximum number of compute nodes of each type (default: {default})",
    },
    elasticIp: {
      value: "id",
      bare: true,
      pattern: [/^eipalloc-[0-9a-f]+$/, "problem.elasticIp"],
      help: "an Elastic IP for the Head Node: a new one, or this one",
    },
    publicIps: { help: "public IP addresses for compute nodes" },
    placementGroup: { help: "a placement group for the compute nodes" },
    spot: { help: "Spot Instances as compute nodes" },
    subnet: {
      value: "id",
      pattern: SUBNET,
      help: "subnet of the Head Node (default: the stack's)",
    },
    computeSubnet: {
      value: "id",
      many: true,
      pattern: SUBNET,
      help: "subnets of compute nodes (default: the Head Node's)",
    },
    rootVolume: {
      value: "gib",
      as: "whole",
      min: 35,
      help: "size of the Head Node's disk, which holds /home",
    },
    keepSudo: {
      help: "let the cluster's default user, and with it every job, become root with sudo",
    },
    ...NETWORK_FLAGS,
  },
  examples: [
    "cluster-config --stage prod > cluster.yaml",
    "cluster-config --key mykey --ssh-from 192.0.2.0/24 --spot > cluster.yaml",
  ],
  output: "object",
} as const satisfies VerbDescription;
