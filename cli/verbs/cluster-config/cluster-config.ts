import * as z from "zod";
import { flagError } from "../../errors/flag-error.ts";
import type { PlainKey } from "../../messages/say.ts";
import type { AdminContext } from "../../stack/admin-context.ts";
import { isPublished } from "../../stack/release/publish.ts";
import { readRelease } from "../../stack/release/release.ts";
import { readStackOutputs, type StackOutputs, stackName } from "../../stack/stack-outputs.ts";
import { printResult } from "../../ui/ui.ts";
import type { VerbWork } from "../../verb-work.ts";
import { type ClusterFlags, clusterConfig } from "./cluster.ts";
import type { clusterConfigVerb } from "./description.ts";

/** Output of `cluster-config --json`. */
export const clusterConfigOutput = z.object({
  stack: z.string(),
  published: z
    .boolean()
    .describe("whether the agent is in the bucket, where the cluster fetches it from"),
  configuration: z
    .record(z.string(), z.unknown())
    .describe("for pcluster create-cluster, as YAML or JSON"),
});

/** `cluster-config`: prints the ParallelCluster configuration that fits a deployed stack. */
export async function printClusterConfig(
  context: AdminContext,
  flags: ClusterFlags,
): Promise<void> {
  checkClusterFlags(flags);
  const release = await readRelease(flags.packages ?? context.packages, context.version);
  const stack = stackName(flags);
  const outputs = await readStackOutputs(context.describeOutputs, stack);
  const config = clusterConfig(await context.region(), outputs, flags, release);
  const published = await isPublished(context.store(outputs.BucketName), release);
  // Only this verb prints YAML.
  const { yamlText } = await import("./yaml-text.ts");
  printResult(context, { stack, published, configuration: config }, () =>
    `${heading(stack, outputs)}${yamlText(config)}`.trimEnd().split("\n"),
  );
  const { BucketName: bucket } = outputs;
  if (!published)
    context.err(context.say("clusterConfig.unpublished", { version: release.version, bucket }));
  if (flags.key !== undefined && flags.sshFrom === undefined)
    context.err(context.say("clusterConfig.sshOpen"));
}

/**
 * Looks whether the flags fit each other.
 *
 * @throws CloudSubmitError `usage`, naming the flag and what was expected
 */
export function checkClusterFlags(flags: ClusterFlags): void {
  const { queue, minCount, maxCount, computeType, computeSubnet, key, sshFrom } = flags;
  const problems: [keyof ClusterFlags, PlainKey, boolean][] = [
    ["queue", "problem.queueDefault", queue === "default"],
    ["minCount", "problem.minCount", minCount > maxCount],
    ["computeType", "problem.typeTwice", new Set(computeType).size < computeType.length],
    [
      "placementGroup",
      "problem.placement",
      flags.placementGroup === true && (computeSubnet?.length ?? 1) > 1,
    ],
    ["sshFrom", "problem.sshWithoutKey", sshFrom !== undefined && key === undefined],
  ];
  const wrong = problems.find(([, , applies]) => applies);
  if (wrong) throw flagError(wrong[0], (say) => say(wrong[1]));
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

export const work: VerbWork<typeof clusterConfigVerb> = {
  output: clusterConfigOutput,
  run: async ({ admin }, _args, flags) => printClusterConfig(await admin(), flags),
};
