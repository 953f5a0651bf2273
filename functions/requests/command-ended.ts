import { readMarker, writeMarker } from "../../bucket/job-objects/marker.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import type { CommandStatus } from "../../protocol/event.ts";
import { EXIT_REFUSED, isPermanent } from "../../protocol/ssm-command.ts";
import type { CommandEnd } from "../aws/head-node.ts";
import type { Ports } from "../aws/ports.ts";
import { requestIn } from "../aws/request-parameters.ts";
import { sendNow } from "./dispatch-request.ts";
import { giveUp, isUnanswered } from "./pending.ts";

/** Decision on an ended command, for the one log line. */
export type CommandDecision =
  | { did: "nothing"; reason: string }
  | { did: "send"; prefix: string; attempt: number; why: string }
  | { did: "give up"; prefix: string; why: string };

/** Commands sent at once for one request; after that only the sweep repeats it. */
const ATTEMPTS_MAX = 3;

/**
 * Acts on a command that failed, timed out or could not be delivered: sends it again while its request
 * has no answer, or ends the request when repeating cannot help.
 *
 * @throws when S3 or SSM fails; Lambda then repeats the invocation, which is safe
 */
export async function commandEnded(event: CommandStatus, ports: Ports): Promise<CommandDecision> {
  const id = requestIn(event.detail.parameters);
  if (!id) return { did: "nothing", reason: "the event names no request: the sweep sees to it" };
  const { prefix } = id;
  const marker = await readMarker(ports.store, id);
  const status = await readStatus(ports.store, prefix);
  if (!marker || !status || !isUnanswered(marker, status))
    return { did: "nothing", reason: "the request has its answer" };

  const end = await ports.headNode.explain(event.detail["command-id"]);
  const why = wordsOf(event.detail.status, end);
  // By the exit code and SSM's own words, never by what the hook printed.
  const permanent = isPermanent(event.detail.status) || isPermanent(end?.details ?? "");
  if (end?.exitCode === EXIT_REFUSED || permanent) {
    await giveUp(marker, status, { code: "command-failed", message: why }, ports);
    return { did: "give up", prefix, why };
  }
  if (marker.attempts >= ATTEMPTS_MAX)
    return { did: "nothing", reason: `sent ${marker.attempts} times: left to the sweep (${why})` };
  const attempt = marker.attempts + 1;
  await writeMarker(ports.store, { ...marker, attempts: attempt });
  await sendNow(marker, ports);
  return { did: "send", prefix, attempt, why };
}

function wordsOf(status: string, end: CommandEnd | undefined): string {
  const words = [`SSM: ${end?.details || status}`];
  if (end?.exitCode !== undefined && end.exitCode > 0) words.push(`exit code ${end.exitCode}`);
  if (end?.output) words.push(end.output.replace(/\s+/g, " ").slice(0, 500));
  return words.join(", ");
}
