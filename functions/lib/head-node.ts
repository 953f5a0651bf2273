import {
  ListCommandInvocationsCommand,
  SendCommandCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { Action } from "../../protocol/objects.ts";
import type { HeadNodeTarget } from "./config.ts";

/** What the Head Node is asked to do. */
export interface HeadNodeRequest {
  action: Action;
  prefix: string;
  submission: string;
  /** AWS account id of the caller as S3 reports it; "" when unknown. */
  requester: string;
}

/** How a command ended. */
export interface CommandEnd {
  /** SSM's status details, such as "Delivery Timed Out". */
  details: string;
  /** The exit code of the hook; undefined when it did not run. */
  exitCode: number | undefined;
  /** What the hook printed. */
  output: string;
}

/** Seconds within which SSM must deliver the command; the sweep repeats what was not delivered. */
const DELIVERY_TIMEOUT_S = 60;

/** The way to the Head Node: one SSM command for each request. */
export class HeadNode {
  readonly #ssm: SSMClient;
  readonly #documentName: string;
  readonly #target: HeadNodeTarget;

  constructor(ssm: SSMClient, documentName: string, target: HeadNodeTarget) {
    this.#ssm = ssm;
    this.#documentName = documentName;
    this.#target = target;
  }

  /**
   * Sends one request.
   *
   * @returns the SSM command id
   * @throws what SSM says: throttling and unknown instances included
   */
  async send(request: HeadNodeRequest): Promise<string> {
    const sent = await this.#ssm.send(
      new SendCommandCommand({
        DocumentName: this.#documentName,
        ...addressOf(this.#target),
        Parameters: {
          Action: [request.action],
          Prefix: [request.prefix],
          Submission: [request.submission],
          Requester: [request.requester],
        },
        // SSM takes comments of at most 100 characters.
        Comment: `${request.action} ${request.prefix}`.slice(0, 100),
        TimeoutSeconds: DELIVERY_TIMEOUT_S,
      }),
    );
    const id = sent.Command?.CommandId;
    if (!id) throw new CloudSubmitError("aws", "SSM accepted a command without giving it an id");
    return id;
  }

  /** What became of a command, as SSM tells it; undefined when SSM knows of no machine that had it. */
  async explain(commandId: string): Promise<CommandEnd | undefined> {
    const listed = await this.#ssm.send(
      new ListCommandInvocationsCommand({ CommandId: commandId, Details: true }),
    );
    const [invocation] = listed.CommandInvocations ?? [];
    const [plugin] = invocation?.CommandPlugins ?? [];
    if (!invocation) return undefined;
    return {
      details: invocation.StatusDetails ?? invocation.Status ?? "",
      exitCode: plugin?.ResponseCode,
      output: (plugin?.Output ?? "").trim(),
    };
  }
}

/** ParallelCluster tags its Head Node with the cluster's name and its own node type. */
function addressOf(target: HeadNodeTarget) {
  if ("instanceId" in target) return { InstanceIds: [target.instanceId] };
  return {
    Targets: [
      { Key: "tag:parallelcluster:cluster-name", Values: [target.clusterName] },
      { Key: "tag:parallelcluster:node-type", Values: ["HeadNode"] },
    ],
  };
}
