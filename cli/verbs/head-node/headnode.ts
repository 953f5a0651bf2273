import * as z from "zod";
import {
  DELIVERY_SECONDS,
  type HeadNodeTarget,
  INSTALL_SECONDS,
  lifeOf,
} from "../../../protocol/ssm-command.ts";
import { CommandError } from "../../errors/command-error.ts";
import type { GlobalFlags } from "../../global-flags.ts";
import { shellWords } from "../../output/shell-words.ts";
import type { AdminContext } from "../../stack/admin-context.ts";
import { networkOptions } from "../../stack/network-options.ts";
import { readRelease } from "../../stack/release/release.ts";
import type { CommandResult } from "../../stack/release/run-commands.ts";
import { readStackOutputs, type StackOutputs, stackName } from "../../stack/stack-outputs.ts";
import { printResult } from "../../ui/ui.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { installVerb, uninstallVerb } from "./description.ts";
import { packagesOf, publishIfMissing } from "./publish.ts";

/** Actions of the install document. */
export const HEAD_NODE_ACTIONS = ["install", "update", "status", "uninstall"] as const;
export type HeadNodeAction = (typeof HEAD_NODE_ACTIONS)[number];

type HeadNodeFlags = FlagsOf<typeof uninstallVerb> & FlagsOf<typeof installVerb>;

/** Output of the verbs below `headnode` but publish with --json, also when the command failed there. */
export const headNodeOutput = z.object({
  action: z.enum(HEAD_NODE_ACTIONS),
  commandId: z.string().describe("the SSM command"),
  instanceId: z.string(),
  status: z.string().describe("SSM's word, such as Success or Failed"),
  exitCode: z.int().nullable().describe("null: it never ran"),
  stdout: z.string(),
  stderr: z.string(),
});

const POLL_MS = 1000;
/** A minute longer than SSM itself waits: it tells how the command ended. */
const POLLS_MAX = lifeOf(INSTALL_SECONDS) / POLL_MS + 60;
/** After so many polls without a delivery, it is said what may be amiss. */
const POLLS_QUIET = 30;

/**
 * `headnode install`, `update`, `status` and `uninstall`: the install document on the Head Node, its output,
 * and its exit code as an error.
 *
 * @throws CloudSubmitError `usage` without a Head Node, `aws` when SSM could not have it done and when it failed there
 */
export async function onHeadNode(
  context: AdminContext,
  action: HeadNodeAction,
  flags: HeadNodeFlags,
): Promise<void> {
  const stack = stackName(flags);
  const outputs = await readStackOutputs(context.describeOutputs, stack);
  const document = outputs.InstallDocumentName;
  if (document === undefined)
    throw new CommandError("config", (say) =>
      say("problem.noOutput", { stack, output: "InstallDocumentName" }),
    );
  const target = targetOf(flags, outputs);
  const parameters: Record<string, string> = { Action: action, Home: outputs.HeadNodeHome };
  if (action === "install" || action === "update") {
    const { proxy, proxyBypass, ca } = networkOptions(flags);
    const release = await readRelease(packagesOf(context, flags), context.version);
    await publishIfMissing(context, flags, outputs, release);
    Object.assign(parameters, {
      Bucket: outputs.BucketName,
      Region: await context.region(),
      Version: release.version,
      Checksum: release.checksum,
      EventBus: outputs.EventBusName,
      ...given({ Proxy: proxy, ProxyBypass: proxyBypass, Authorities: ca }),
    });
  }
  if (flags.purge) parameters.Purge = "yes";
  const commands = await context.commands();
  const id = await commands.send({
    document,
    target,
    parameters,
    comment: `cloud-submit ${action}`,
  });
  context.err(context.say("headnode.sent", { target: nameOf(context, target), id }));
  context.interrupt.at({
    command: shellWords(checkWords(context.given, id)),
    line: (say, command) => say("interrupt.headnode", { command }),
  });
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const result = await commands.result(id);
    if (result?.ended) return report(context, action, id, result);
    if (poll === POLLS_QUIET && (result?.status ?? "Pending") === "Pending")
      context.err(context.say("headnode.waiting", { minutes: DELIVERY_SECONDS / 60 }));
    await context.sleep(POLL_MS);
  }
  throw new CommandError("timeout", (say) => say("problem.noAnswer"));
}

/** Those that are not empty: documents of older stacks do not know them. */
function given(parameters: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ""));
}

function report(
  context: AdminContext,
  action: HeadNodeAction,
  commandId: string,
  result: CommandResult,
): void {
  context.interrupt.at(undefined);
  const { instanceId, status, stdout, stderr, exitCode: code = -1 } = result;
  // SSM gives -1 for a command that never ran.
  const exitCode = code < 0 ? null : code;
  const said = { action, commandId, instanceId, status, exitCode, stdout, stderr };
  printResult(context, said, () => linesOf(stdout));
  if (status === "Success") return;
  for (const line of linesOf(stderr)) context.err(line);
  throw new CommandError("aws", (say) =>
    exitCode === null
      ? say("problem.notDone", { instance: instanceId, status })
      : say("problem.failedThere", { action, instance: instanceId, exitCode }),
  );
}

/** The command that tells of a command there later. */
function checkWords({ profile, region }: GlobalFlags, id: string): string[] {
  const words = ["aws", "ssm", "list-command-invocations", "--details", "--command-id", id];
  if (profile !== undefined) words.push("--profile", profile);
  return region === undefined ? words : [...words, "--region", region];
}

/** The lines that a command there has printed. */
function linesOf(text: string): string[] {
  return text.trim() === "" ? [] : text.trimEnd().split("\n");
}

function targetOf(flags: HeadNodeFlags, outputs: StackOutputs): HeadNodeTarget {
  if (flags.instanceId !== undefined && flags.clusterName !== undefined)
    throw new CommandError("usage", (say) =>
      say("problem.notBoth", { one: "--instance-id", other: "--cluster-name" }),
    );
  const instanceId =
    flags.instanceId ?? (flags.clusterName === undefined ? outputs.InstanceId : undefined);
  if (instanceId !== undefined) {
    if (!/^m?i-[0-9a-f]{8,17}$/.test(instanceId))
      throw new CommandError("usage", (say) =>
        say("problem.noInstanceId", { id: JSON.stringify(instanceId) }),
      );
    return { instanceId };
  }
  const clusterName = flags.clusterName ?? outputs.ClusterName;
  if (clusterName === undefined)
    throw new CommandError("usage", (say) => say("problem.whichHeadNode"));
  return { clusterName };
}

function nameOf({ say }: AdminContext, target: HeadNodeTarget): string {
  if ("instanceId" in target) return target.instanceId;
  return say("headnode.of", { cluster: target.clusterName });
}

/** The work of one of these verbs; `uninstall` has a flag more. */
export function workOf(action: HeadNodeAction): VerbWork<typeof installVerb> {
  return {
    output: headNodeOutput,
    run: async ({ admin }, _args, flags) => onHeadNode(await admin(), action, flags),
  };
}
