import { listQueue } from "../../bucket/job-objects/marker.ts";
import type { HeadNodeRequest } from "../../functions/aws/head-node.ts";
import { commandEnded } from "../../functions/requests/command-ended.ts";
import { dispatchRequest } from "../../functions/requests/dispatch-request.ts";
import { Doorbell } from "../../functions/requests/doorbell.ts";
import { type SweepReport, sweepPending } from "../../functions/requests/sweep-pending.ts";
import { keyOf, STATUS_FILE } from "../../protocol/objects.ts";
import { lifeOf, REQUEST_SECONDS } from "../../protocol/ssm-command.ts";
import { collect } from "./collect.ts";
import { functionWorld, ssmError } from "./function-world.ts";

/** Limits of the chain from event to agent. */
export interface QueueLimits {
  /** Instances of dispatch that run at once, each with a bell of its own. */
  instances: number;
  /** Events that one of them deals with in a second. */
  eventsPerSecond: number;
  /** Commands that SSM accepts in a second, and at once. */
  acceptsPerSecond: number;
  /** Commands that the SSM agent carries out in a second; 5 to 8 on a machine at work, measured on the real one. */
  carriesPerSecond: number;
  /** Whether a command is lost: not delivered, and without an event at its end. */
  isLost: (command: number) => boolean;
  /** How a command ends that was delivered: well, or so often told of as failed, 0 to 2 times. */
  fails: () => "well" | number;
  /** Which of so many commands SSM delivers next. */
  next: (waiting: number) => number;
}

interface Command {
  id: string;
  request: HeadNodeRequest;
  at: number;
}

const STEP_MS = 100;
const SWEEP_MS = 300_000;
const MINUTE_MS = 60_000;
const times = { redispatchSeconds: 240, deadlineSeconds: 86_400 };
const inTime = new AbortController().signal;

/**
 * Functions as they are, and around them what they deal with, as far as they see of it: events, SSM with its limits, and an agent
 * that looks at what is pending as the real one does (docs/decisions/038). Time goes on in steps of 100 ms.
 */
export function queueWorld(limits: QueueLimits) {
  const w = functionWorld();
  const begun = w.ports.now().getTime();
  const since = () => w.ports.now().getTime() - begun;
  const commands: Command[] = [];
  const events: string[] = [];
  const taken = new Map<string, number>();
  const bells = Array.from(
    { length: limits.instances },
    () => new Doorbell(w.headNode, w.ports.now),
  );
  const { send } = w.headNode;
  let accepts = limits.acceptsPerSecond;
  let carries = 0;
  let turns = 0;
  let invocations = 0;
  let lookAt = MINUTE_MS;
  let lastRing = -Infinity;
  const world = {
    w,
    /** Events that are on their way, of status objects under these prefixes. */
    events,
    commands,
    /** How often the agent has taken each submission up. */
    taken,
    isAway: false,
    /** Seconds since the beginning. */
    seconds: () => since() / 1000,
    reports: [] as SweepReport[],
    ask: (prefix: string) => {
      w.status(prefix, "FILE_UPLOAD");
      events.push(prefix);
    },
    step,
    /** Goes on until all is as `isDone` says, or so many seconds have passed. */
    until: async (isDone: () => boolean, seconds: number) => {
      while (!isDone() && since() < seconds * 1000) await step();
    },
  };
  w.headNode.send = async (request, attempt) => {
    if (accepts < 1) throw ssmError("ThrottlingException");
    accepts -= 1;
    const id = await send(request, attempt);
    if (!limits.isLost(w.sent.length)) commands.push({ id, request, at: since() });
    return id;
  };

  async function step(): Promise<void> {
    w.passSeconds(STEP_MS / 1000);
    accepts = Math.min(
      limits.acceptsPerSecond,
      accepts + (limits.acceptsPerSecond * STEP_MS) / 1000,
    );
    turns += (limits.eventsPerSecond * limits.instances * STEP_MS) / 1000;
    for (; turns >= 1 && events.length > 0; turns--) await dispatch(events.shift()!);
    turns = Math.min(turns, 1);
    if (!world.isAway) await agent();
    await expire();
    if (since() % SWEEP_MS === 0) world.reports.push(await sweepPending(times, w.ports, inTime));
  }

  async function dispatch(prefix: string): Promise<void> {
    invocations += 1;
    const doorbell = bells[invocations % bells.length]!;
    const input = { key: keyOf(prefix, STATUS_FILE), invocation: `i${invocations}` };
    await dispatchRequest(input, { ...w.ports, doorbell });
  }

  async function agent(): Promise<void> {
    carries = Math.min(1, carries + (limits.carriesPerSecond * STEP_MS) / 1000);
    let isRung = false;
    for (; carries >= 1 && commands.length > 0; carries--) {
      const [command] = commands.splice(limits.next(commands.length), 1) as [Command];
      const told = limits.fails();
      if (told !== "well") {
        for (let times = 0; times < told; times++) await ended(command, "Failed");
        continue;
      }
      isRung = true;
      if (since() - lastRing <= 5_000) lookAt = Math.min(lookAt, since() + 1_500);
      lastRing = since();
    }
    if (isRung || since() >= lookAt) await look();
  }

  /** Takes all that it does not know; the first state of its own ends it here. */
  async function look(): Promise<void> {
    const looked = w.ports.now();
    if (since() >= lookAt) lookAt = since() + MINUTE_MS;
    for (const { key, request } of await collect(listQueue(w.store))) {
      const { prefix, submission } = request;
      const name = `${prefix}/${submission}`;
      taken.set(name, (taken.get(name) ?? 0) + 1);
      w.status(prefix, "JOB_COMPLETE", { metadata: { submission } });
      w.store.objects.delete(key);
    }
    w.beats(looked);
  }

  /** SSM tells of a command that nobody has fetched in its life. */
  async function expire(): Promise<void> {
    const isOver = ({ at }: Command) => since() - at >= lifeOf(REQUEST_SECONDS);
    for (const command of commands.filter(isOver)) {
      commands.splice(commands.indexOf(command), 1);
      await ended(command, "TimedOut");
    }
  }

  async function ended({ id, request }: Command, status: string): Promise<void> {
    const { action: Action, prefix: Prefix, submission: Submission } = request;
    const parameters = { Action: [Action], Prefix: [Prefix], Submission: [Submission] };
    const detail = { "command-id": id, "document-name": "d", status, parameters };
    await commandEnded({ source: "aws.ssm", detail }, times, w.ports);
  }
  return world;
}
