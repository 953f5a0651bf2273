import type { LocalConfig, Ports } from "../config.ts";

/**
 * A stack's outputs, by key. Asked for over plain HTTP, since this is the only CloudFormation call
 * here and MiniStack takes it unsigned.
 */
export async function stackOutputs(
  config: LocalConfig,
  ports: Ports,
  stack: string,
): Promise<ReadonlyMap<string, string>> {
  const response = await fetch(`http://127.0.0.1:${ports.aws}/`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      // The credential scope is how MiniStack knows the service and the region.
      authorization: `AWS4-HMAC-SHA256 Credential=test/20200101/${config.region}/cloudformation/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({
      Action: "DescribeStacks",
      Version: "2010-05-15",
      StackName: stack,
    }),
  });
  const xml = await response.text();
  if (!response.ok) throw new Error(`DescribeStacks ${stack}: HTTP ${response.status}`);
  const outputs = [
    ...xml.matchAll(/<OutputKey>([^<]*)<\/OutputKey>\s*<OutputValue>([^<]*)<\/OutputValue>/g),
  ];
  return new Map(outputs.map(([, key = "", value = ""]) => [key, value]));
}
