import type { AdminContext } from "../admin-context.ts";
import { clusterConfig } from "../cluster-config/cluster.ts";
import { type ClusterFlags, parseClusterOptions } from "../cluster-config/options.ts";
import { readRelease } from "../release/release.ts";
import { isPublished } from "../release/publish.ts";
import {
  readStackOutputs,
  type StackOutputs,
  type StackFlags,
  stackName,
} from "../stack-outputs.ts";

export interface ClusterConfigFlags extends ClusterFlags, StackFlags {
  packages?: string | undefined;
}

/** `cluster-config`: prints the ParallelCluster configuration that fits a deployed stack. */
export async function printClusterConfig(
  context: AdminContext,
  flags: ClusterConfigFlags,
): Promise<void> {
  const options = parseClusterOptions(flags);
  const release = await readRelease(flags.packages ?? context.packages, context.version);
  const stack = stackName(flags);
  const outputs = await readStackOutputs(context.describeOutputs, stack);
  const config = clusterConfig(await context.region(), outputs, options, release);
  // Only this verb prints YAML.
  const { stringify } = await import("yaml");
  context.out(`${heading(stack, outputs)}${stringify(config, { lineWidth: 0 })}`.trimEnd());
  if (!(await isPublished(context.store(outputs.BucketName), release)))
    context.err(
      `the agent ${release.version} is not in ${outputs.BucketName} yet: run cloud-submit headnode publish before pcluster create-cluster`,
    );
  if (options.key !== undefined && options.sshFrom === undefined)
    context.err("SSH is open to every address; --ssh-from CIDR narrows it");
}

function heading(stack: string, { ClusterName, BucketName }: StackOutputs): string {
  const cluster = ClusterName ?? "NAME";
  return [
    `A ParallelCluster for the stack ${stack}. Make it, from this file, with`,
    `  pcluster create-cluster --cluster-name ${cluster} --cluster-configuration FILE`,
    ...(ClusterName === undefined
      ? ["where NAME is what the stack was deployed with (--param clusterName=NAME)."]
      : []),
    "ParallelCluster refuses to change OnNodeConfigured of a cluster that is there: for update-cluster keep",
    "that part as it was. Newer agents come with: cloud-submit headnode update",
    `Jobs are submitted with: cloud-submit run DIR --bucket ${BucketName}`,
  ]
    .map((line) => `# ${line}\n`)
    .join("");
}
