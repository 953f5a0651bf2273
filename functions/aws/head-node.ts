import {
  type CommandFilter,
  ListCommandInvocationsCommand,
  paginateListCommandInvocations,
  SendCommandCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { RequestId } from "../../protocol/request.ts";
import type { Requester } from "../../protocol/requester.ts";
import {
  type HeadNodeTarget,
  lifeOf,
  ON_THE_WAY,
  REQUEST_SECONDS,
  sendCommandInput,
} from "../../protocol/ssm-command.ts";
import { commentOf } from "../requests/command-comment.ts";
import { CommandsOnTheirWay } from "../requests/commands-on-their-way.ts";

/** A request to the Head Node, with its requester; such as a pending marker. */
export type HeadNodeRequest = RequestId & { requester?: Requester | undefined };

/** How a command ended. */
export interface CommandEnd {
  /** SSM's status details, such as "Delivery Timed Out". */
  details: string;
  /** The exit code of the hook; undefined when it did not run. */
  exitCode: number | undefined;
  /** Output of the hook. */
  output: string;
}

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
          comment: commentOf(request),
        }),
      ),
    );
    const id = sent.Command?.CommandId;
    if (!id) throw new CloudSubmitError("aws", "SSM accepted a command without giving it an id");
    return id;
  }

  /**
   * The commands that SSM has not brought to an end yet. One page for each 50 of them; none is an empty page. By
   * ListCommandInvocations, which tells no parameters: ListCommands would tell those of every command in the account.
   *
   * @param abort gives it up
   * @throws what SSM says
   */
  async onTheirWay(now: Date, abort: AbortSignal): Promise<CommandsOnTheirWay> {
    const found = new CommandsOnTheirWay();
    const since = new Date(now.getTime() - lifeOf(REQUEST_SECONDS));
    for (const status of ON_THE_WAY) {
      const Filters: CommandFilter[] = [
        { key: "DocumentName", value: this.#documentName },
        { key: "Status", value: status },
        // SSM takes whole seconds.
        { key: "InvokedAfter", value: `${since.toISOString().slice(0, 19)}Z` },
      ];
      for await (const { CommandInvocations = [] } of paginateListCommandInvocations(
        { client: this.#ssm, pageSize: 50 },
        { Filters },
        { abortSignal: abort },
      ))
        for (const { Comment = "", RequestedDateTime } of CommandInvocations)
          found.add(Comment, RequestedDateTime ?? now);
    }
    return found;
  }

  /** Status of a command, as SSM tells it; undefined when SSM knows of no machine that had it. */
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
