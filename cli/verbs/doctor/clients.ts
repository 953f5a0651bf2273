import {
  DescribeInstanceInformationCommand,
  paginateDescribeInstanceInformation,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { ALL_HEAD_NODES } from "../../../protocol/ssm-command.ts";
import { localEnvironment, settingsOf } from "../../config.ts";
import type { Settings } from "../../global-flags.ts";
import { askForCode } from "../../ui/ask-for-code.ts";
import type { Ui } from "../../ui/ui.ts";
import { probing } from "./probe.ts";
import { notFromAws, sdkError } from "./sdk-error.ts";
import { type Ask, type WaysToAws, waysToAws } from "./ways-to-aws.ts";

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
export function doctorClients(flags: Settings, ui: Ui) {
  const { env, cwd } = localEnvironment();
  const { region, profile, sse, limitRate, from } = settingsOf(flags, env, cwd);
  const access = { region, profile, sse, limitRate, from, env, askForCode: askForCode(ui) };
  const { s3, probe } = probing(access);
  const settings = () => s3.sdkClient(LIMITS);
  return {
    identity: async (): Promise<Identity> => {
      const client = new STSClient(await settings());
      const asked = client.send(new GetCallerIdentityCommand({}));
      const { Account: account = "", Arn: arn } = await named("STS", asked);
      // A page is an answer without any of these for the SDK.
      if (arn === undefined) throw notFromAws("STS", "an answer without a name");
      return { account, arn };
    },
    inEffect: () => s3.inEffect(),
    region: () => s3.region(),
    waysToAws: async (bucket: string, isDeep: boolean): Promise<WaysToAws> => {
      const own = await settings();
      const asked: Ask[] = [
        (silenced) => new STSClient({ ...own, ...silenced }).send(new GetCallerIdentityCommand({})),
      ];
      if (isDeep)
        asked.push((silenced) =>
          new SSMClient({ ...own, ...silenced }).send(new DescribeInstanceInformationCommand({})),
        );
      return waysToAws(await s3.wayToS3(bucket), asked, env);
    },
    probe,
    managedNodes: async ({ headNodes }: { headNodes: boolean }): Promise<ManagedNode[]> =>
      named("SSM", findNodes(new SSMClient(await settings()), headNodes)),
  };
}

/** The same promise, with errors that tell AWS's answers from others'. */
function named<T>(service: string, asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    throw sdkError(service, error);
  });
}

async function findNodes(client: SSMClient, headNodes: boolean): Promise<ManagedNode[]> {
  const nodes: ManagedNode[] = [];
  let pages = 0;
  const only = headNodes && { Filters: [ALL_HEAD_NODES] };
  for await (const { InstanceInformationList = [] } of paginateDescribeInstanceInformation(
    { client, pageSize: 50 },
    { ...only },
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
}
