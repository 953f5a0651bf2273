import * as z from "zod";
import { CommandError } from "../errors/command-error.ts";
import type { StackFlags } from "./stack-flags.ts";

/** Outputs of the stack by name, as CloudFormation gives them; undefined: there is no such stack. */
export type DescribeOutputs = (stack: string) => Promise<Record<string, string> | undefined>;

const schema = z.object({
  BucketName: z.string(),
  HeadNodePolicyArn: z.string(),
  InstallDocumentName: z.string().optional(),
  EventBusName: z.string(),
  HeadNodeHome: z.string(),
  // Only where the stack makes a network.
  SubnetId: z.string().optional(),
  ClusterName: z.string().optional(),
  InstanceId: z.string().optional(),
});

/** Resources of one stage's cloud side; names as in the outputs of `serverless.yml`. */
export type StackOutputs = z.infer<typeof schema>;

/** The name that `sls deploy --stage STAGE` gives to the stack. */
export function stackName({ stage, stack }: Pick<StackFlags, "stage" | "stack">): string {
  return stack ?? `cloud-submit-${stage}`;
}

/**
 * Reads the outputs of a deployed stack.
 *
 * @throws CloudSubmitError `config` when there is no such stack, or it is not of this version
 */
export async function readStackOutputs(
  describe: DescribeOutputs,
  stack: string,
): Promise<StackOutputs> {
  const outputs = await describe(stack);
  if (!outputs) throw new CommandError("config", (say) => say("problem.noStack", { stack }));
  const parsed = schema.safeParse(outputs);
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new CommandError("config", (say) => say("problem.noOutput", { stack, output: missing }));
}
