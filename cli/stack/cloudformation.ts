import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";

/** A stack's outputs by name; undefined when there is no such stack. */
export async function outputsFromCloudFormation(
  settings: CloudFormationClientConfig,
  stack: string,
): Promise<Record<string, string> | undefined> {
  const client = new CloudFormationClient(settings);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(
      outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? "", OutputValue ?? ""]),
    );
  } catch (error) {
    // CloudFormation has no error name of its own for it.
    if (
      error instanceof Error &&
      error.name === "ValidationError" &&
      /not exist/.test(error.message)
    )
      return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
