import { CommandError } from "../../errors/command-error.ts";

export type Architecture = "x86_64" | "arm64";

/**
 * The architecture of an instance type, by EC2's naming rule: the letters right after the generation
 * begin with g for AWS Graviton (docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html).
 *
 * @throws CloudSubmitError `usage` when it is no instance type's name
 */
export function architectureOf(instanceType: string): Architecture {
  const [, family] = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\.[a-z0-9-]+$/.exec(instanceType) ?? [];
  if (family === undefined)
    throw new CommandError("usage", (say) =>
      say("problem.noInstanceType", { type: JSON.stringify(instanceType) }),
    );
  // a1 was the first Graviton; Grace CPUs come as -gb200 and the like.
  return /^(a1$|[a-z]+\d+g)/.test(family) || /-gb\d+$/.test(family) ? "arm64" : "x86_64";
}

/**
 * The one architecture of all the instance types of a cluster.
 *
 * @throws CloudSubmitError `usage` when they differ: ParallelCluster takes one AMI for all
 */
export function commonArchitecture(headNode: string, compute: readonly string[]): Architecture {
  const wanted = architectureOf(headNode);
  const other = compute.find((type) => architectureOf(type) !== wanted);
  if (other !== undefined)
    throw new CommandError("usage", (say) =>
      say("problem.architectures", { type: headNode, architecture: wanted, other }),
    );
  return wanted;
}
