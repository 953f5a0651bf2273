import {
  ListCommandInvocationsCommand,
  SendCommandCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { RequestId } from "../../protocol/request.ts";
import type { Requester } from "../../protocol/requester.ts";
import { type HeadNodeTarget, sendCommandInput } from "../../protocol/ssm-command.ts";
import { attemptOf, commentOf } from "../requests/command-comment.ts";

/** A request to the Head Node, with its requester as far as that is known. */
export type HeadNodeRequest = RequestId & { requester?: Requester | undefined };

/** How a command ended. */
export interface CommandEnd {
  /** Which one it was for its request: 1 for the first. */
  attempt: number;
  /** SSM's status details, such as "Delivery Timed Out". */
  details: string;
  /** The exit code of the hook; undefined when it did not run. */
  exitCode: number | undefined;
  /** Output of the hook. */
  output: string;
}

/** The way to the Head Node: SSM commands. */
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
   * @param attempt the how manieth command for it
   * @returns the SSM command id
   * @throws what SSM says: throttling and unknown instances included
   */
  async send(request: HeadNodeRequest, attempt = 1): Promise<string> {
    const sent = await this.#ssm.send(
      new SendCommandCommand(
        sendCommandInput({
          document: this.#documentName,
          target: this.#target,
          parameters: {
            Action: request.action,
            Prefix: request.prefix,
            Submission: request.submission,
            Requester: request.requester?.account ?? "",
          },
          comment: commentOf(request, attempt),
        }),
      ),
    );
    const id = sent.Command?.CommandId;
    if (!id) throw new CloudSubmitError("aws", "SSM accepted a command without giving it an id");
    return id;
  }

  /** Status of a command of this stage, as SSM tells it; undefined when no machine had it, or it is of another document. */
  async explain(commandId: string): Promise<CommandEnd | undefined> {
    const listed = await this.#ssm.send(
      new ListCommandInvocationsCommand({ CommandId: commandId, Details: true }),
    );
    // IAM limits the call to no document, so this does.
    const invocation = listed.CommandInvocations?.find(
      ({ DocumentName }) => DocumentName === this.#documentName,
    );
    const [plugin] = invocation?.CommandPlugins ?? [];
    if (!invocation) return undefined;
    return {
      attempt: attemptOf(invocation.Comment ?? ""),
      details: invocation.StatusDetails ?? invocation.Status ?? "",
      exitCode: plugin?.ResponseCode,
      output: printedIn(plugin?.Output ?? ""),
    };
  }
}

/** Lines that the SSM agent puts around what a script printed: told to people, never decided by. */
const FRAME = /^(-+ERROR-+|failed to run commands: .*)$/;

function printedIn(output: string): string {
  const lines = output.split("\n").filter((line) => !FRAME.test(line));
  return lines.join("\n").trim();
}
