import { SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";

const ssm = new SSMClient({});

/** Sends one command for each object that is created, whatever it is. */
export async function handler(): Promise<void> {
  await ssm.send(
    new SendCommandCommand({
      DocumentName: "old-design",
      Targets: [{ Key: "tag:parallelcluster:node-type", Values: ["HeadNode"] }],
    }),
  );
}
