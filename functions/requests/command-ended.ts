import type { QueuedRequest } from "../../bucket/job-objects/marker.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import type { CommandStatus } from "../../protocol/event.ts";
import { EXIT_REFUSED, isPermanent } from "../../protocol/ssm-command.ts";
import type { CommandEnd } from "../aws/head-node.ts";
import type { Ports } from "../aws/ports.ts";
import { requestIn } from "../aws/request-parameters.ts";
import { giveUp, isUnanswered } from "./pending.ts";
import { Queue, type QueueTimes, ringOf } from "./queue.ts";

/** Decision on an ended command, for the one log line. */
export type CommandDecision =
  | { did: "nothing"; reason: string }
  | { did: "send"; prefix: string; attempt: number; why: string }
  | { did: "give up"; prefix: string; why: string; next: string };

/** Commands sent at once for one request; after that the agent finds it by itself, or a sweep rings. */
const ATTEMPTS_MAX = 3;

/** Requests that are looked at for one that still waits. */
const CANDIDATES_MAX = 20;

/**
 * Acts on a command that failed, timed out or could not be delivered: sends it again while its request has no answer and is
 * not in hand, or ends the request when repeating cannot help. Then the bell is rung for the next one: this command may have been
 * for all that were pending, and what has ended this request may end the others, or not.
 *
 * @throws when S3 or SSM fails; Lambda then repeats the invocation, which is safe
 */
export async function commandEnded(
  event: CommandStatus,
  times: QueueTimes,
  ports: Ports,
): Promise<CommandDecision> {
  const id = requestIn(event.detail.parameters);
  if (!id) return { did: "nothing", reason: "the event names no request: the sweep sees to it" };
  const { prefix, action, submission } = id;
  const queue = await Queue.read(ports, prefix);
  const [first, ...rest] = queue.requests.filter(
    ({ request }) => request.action === action && request.submission === submission,
  );
  const status = first && (await readStatus(ports.store, prefix));
  if (!first || !status || !isUnanswered(id, status))
    return { did: "nothing", reason: "the request has its answer" };
  if ([first, ...rest].every((queued) => queue.isInHand(queued, times)))
    return { did: "nothing", reason: "the Head Node has seen the request" };

  const end = await ports.headNode.explain(event.detail["command-id"]);
  const why = wordsOf(event.detail.status, end);
  // By the exit code and SSM's own words, never by what the hook printed.
  const permanent = isPermanent(event.detail.status) || isPermanent(end?.details ?? "");
  if (end?.exitCode === EXIT_REFUSED || permanent) {
    await giveUp([first, ...rest], status, { code: "command-failed", message: why }, ports);
    return { did: "give up", prefix, why, next: await ringNext(first, times, ports) };
  }
  // A command that no machine had is known to nobody: another one would meet the same.
  if (!end || end.attempt >= ATTEMPTS_MAX)
    return { did: "nothing", reason: `it stays pending for the agent to look (${why})` };
  const attempt = end.attempt + 1;
  const rung = await ports.doorbell.ring(ringOf(first), attempt);
  if ("reason" in rung) return { did: "nothing", reason: `${rung.reason} (${why})` };
  return { did: "send", prefix, attempt, why };
}

/**
 * Rings for the next request that waits, of those that were written after this one: so this comes to an end, whatever
 * stays of those that were given up.
 *
 * @returns its prefix, or why none was rung for
 */
async function ringNext(before: QueuedRequest, times: QueueTimes, ports: Ports): Promise<string> {
  const queue = await Queue.read(ports);
  const isLater = ({ written, key }: QueuedRequest) =>
    (written?.getTime() ?? 0) - (before.written?.getTime() ?? 0) || (key > before.key ? 1 : -1);
  const candidates = queue.requests.filter(
    (queued) => isLater(queued) > 0 && !queue.isInHand(queued, times),
  );
  for (const queued of candidates.slice(0, CANDIDATES_MAX)) {
    const { request } = queued;
    if (!isUnanswered(request, await readStatus(ports.store, request.prefix))) continue;
    const rung = await ports.doorbell.ringAnyway(ringOf(queued));
    return "reason" in rung ? rung.reason : request.prefix;
  }
  return "none waits";
}

function wordsOf(status: string, end: CommandEnd | undefined): string {
  const words = [`SSM: ${end?.details || status}`];
  if (end?.exitCode !== undefined && end.exitCode > 0) words.push(`exit code ${end.exitCode}`);
  if (end?.output) words.push(end.output.replace(/\s+/g, " ").slice(0, 500));
  return words.join(", ");
}
