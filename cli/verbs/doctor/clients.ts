import { GetBucketNotificationConfigurationCommand, S3Client } from "@aws-sdk/client-s3";
import { paginateDescribeInstanceInformation, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { S3 } from "../../../bucket/s3/s3.ts";
import { ALL_HEAD_NODES } from "../../../protocol/ssm-command.ts";
import { localEnvironment, settingsOf } from "../../config.ts";
import type { Settings } from "../../global-flags.ts";

/** Who AWS says that the caller is. */
export interface Identity {
  account: string;
  arn: string;
}

/** A machine as SSM knows it. */
export interface ManagedNode {
  instanceId: string;
  /** The machine's own name, with or without its domain. */
  computerName: string;
  /** SSM's word: Online, ConnectionLost or Inactive. */
  pingStatus: string;
  /** Version of its SSM agent. */
  agentVersion: string;
}

/** Pages of 50 machines that are looked at. */
const PAGES_MAX = 20;

/** Where nothing but S3 is let through, packets to STS may be dropped without a word. */
const LIMITS = { attempts: 2, connectMs: 3000, attemptMs: 10_000, callMs: 10_000 };

/** AWS clients of `doctor` only. GetCallerIdentity needs no permission. Source: AWS STS API Reference. */
export function doctorClients(flags: Settings) {
  const { env, cwd } = localEnvironment();
  const { region, profile } = settingsOf(flags, env, cwd);
  const s3 = new S3({ region, profile, env });
  const settings = () => s3.sdkClient(LIMITS);
  return {
    identity: async (): Promise<Identity> => {
      const found = await new STSClient(await settings()).send(new GetCallerIdentityCommand({}));
      return { account: found.Account ?? "", arn: found.Arn ?? "" };
    },
    region: () => s3.region(),
    wayToS3: () => s3.wayToS3(),
    hasEvents: async (bucket: string): Promise<boolean> => {
      const found = await new S3Client(await settings()).send(
        new GetBucketNotificationConfigurationCommand({ Bucket: bucket }),
      );
      return found.EventBridgeConfiguration !== undefined;
    },
    managedNodes: async ({ headNodes }: { headNodes: boolean }): Promise<ManagedNode[]> => {
      const nodes: ManagedNode[] = [];
      let pages = 0;
      for await (const { InstanceInformationList = [] } of paginateDescribeInstanceInformation(
        { client: new SSMClient(await settings()), pageSize: 50 },
        { ...(headNodes && { Filters: [ALL_HEAD_NODES] }) },
      )) {
        for (const one of InstanceInformationList)
          nodes.push({
            instanceId: one.InstanceId ?? "",
            computerName: one.ComputerName ?? "",
            pingStatus: one.PingStatus ?? "",
            agentVersion: one.AgentVersion ?? "",
          });
        pages += 1;
        if (pages === PAGES_MAX) break;
      }
      return nodes;
    },
  };
}
