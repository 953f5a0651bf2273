import { describe, expect, test } from "@jest/globals";
import { commandEnded } from "../../../../../functions/requests/command-ended.ts";
import { dispatchRequest } from "../../../../../functions/requests/dispatch-request.ts";
import { sweepPending } from "../../../../../functions/requests/sweep-pending.ts";
import type { RequestId } from "../../../../../protocol/request.ts";
import { lifeOf, REQUEST_SECONDS } from "../../../../../protocol/ssm-command.ts";
import { functionWorld } from "../../../../support/function-world.ts";

const times = { redispatchSeconds: 240, checkSeconds: 3600, deadlineSeconds: 86_400 };
/** It has all the time it needs. */
const inTime = new AbortController().signal;
const SWEEP_SECONDS = 300;

interface Simulated {
  jobs: number;
  /** Commands that the SSM agent carries out in a second; 5 to 8 on a machine at work, measured on the real one. */
  perSecond: number;
  /** Seconds from the beginning in which the Head Node is away. */
  awayUntil?: number;
  /** Whether every other request's first command is lost: not delivered, and without an event at its end. */
  isHalfLost?: boolean;
}

/** All requests come at once; answers how many commands were sent, and after how many seconds the last was taken. */
async function simulate({ jobs, perSecond, awayUntil = 0, isHalfLost = false }: Simulated) {
  const w = functionWorld();
  const queue: { request: RequestId; id: string; at: number; isLost: boolean }[] = [];
  const { send } = w.ports.headNode;
  w.ports.headNode.send = async (request) => {
    const id = await send(request);
    const isLost = isHalfLost && w.sent.length <= jobs && w.sent.length % 2 === 1;
    queue.push({ request, id, at: w.ports.now().getTime(), isLost });
    return id;
  };
  const prefixes = Array.from({ length: jobs }, (_, job) => `job${job}`);
  for (const prefix of prefixes) {
    w.status(prefix, "FILE_UPLOAD");
    await dispatchRequest({ key: `${prefix}/job-aws-stat.txt`, invocation: prefix }, w.ports);
  }
  const waiting = new Set(prefixes);
  let seconds = 0;
  while (waiting.size > 0 && seconds < times.deadlineSeconds) {
    w.passSeconds(1);
    seconds += 1;
    const now = w.ports.now().getTime();
    const take =
      seconds > awayUntil ? queue.filter(({ isLost }) => !isLost).slice(0, perSecond) : [];
    for (const command of take) {
      queue.splice(queue.indexOf(command), 1);
      const { prefix } = command.request;
      if (waiting.delete(prefix)) w.status(prefix, "JOB_SUBMIT", { isResult: true });
    }
    const expired = queue.filter(({ at }) => now - at >= lifeOf(REQUEST_SECONDS));
    for (const command of expired) queue.splice(queue.indexOf(command), 1);
    for (const { request, id, isLost } of expired) {
      if (isLost) continue;
      const { action: Action, prefix: Prefix, submission: Submission } = request;
      const parameters = { Action: [Action], Prefix: [Prefix], Submission: [Submission] };
      const detail = { "command-id": id, "document-name": "d", status: "TimedOut", parameters };
      await commandEnded({ source: "aws.ssm", detail }, w.ports);
    }
    if (seconds % SWEEP_SECONDS !== 0) continue;
    w.underWay.splice(0, Infinity, ...queue.map(({ request, at }) => ({ request, at })));
    await sweepPending(times, w.ports, inTime);
  }
  return { left: waiting.size, seconds, perJob: w.sent.length / jobs };
}

describe("many requests at once", () => {
  test("a slow SSM agent gets few commands twice: 5,000 jobs, six a second", async () => {
    const { left, seconds, perJob } = await simulate({ jobs: 5000, perSecond: 6 });
    expect(left).toBe(0);
    // 834 s if none came twice; those that waited for longer than SSM keeps a command are sent once more.
    expect(seconds).toBeLessThanOrEqual(850);
    expect(perJob).toBeLessThanOrEqual(1.3);
  });

  test("what fits into the life of a command is sent once", async () => {
    const { left, perJob } = await simulate({ jobs: 3600, perSecond: 6 });
    expect([left, perJob]).toEqual([0, 1]);
  });

  test("a Head Node that is away for two hours gets no more than one command for each in ten minutes", async () => {
    const away = { jobs: 1000, perSecond: 6, awayUntil: 7200 };
    const { left, seconds, perJob } = await simulate(away);
    expect(left).toBe(0);
    expect(perJob).toBeLessThanOrEqual(14);
    // Five minutes for the sweep, and the time that the commands themselves take.
    expect(seconds).toBeLessThanOrEqual(7200 + SWEEP_SECONDS + 1000 / 6 + 1);
  });

  test("one that is away with little to do is asked at each sweep", async () => {
    const { seconds, perJob } = await simulate({ jobs: 3, perSecond: 6, awayUntil: 3600 });
    expect(seconds).toBeLessThanOrEqual(3600 + SWEEP_SECONDS);
    expect(perJob).toBeLessThanOrEqual(3600 / SWEEP_SECONDS + 3);
  });

  test.each([
    [1, 300],
    [200, 300],
    [1000, 600],
    [5000, 900],
  ])("of %d requests, every other one's command is lost: sent again after %d s", async (...row) => {
    const [jobs, after] = row;
    const { left, seconds, perJob } = await simulate({ jobs, perSecond: 6, isHalfLost: true });
    expect(left).toBe(0);
    // Lost requests, and those that wait longer than SSM keeps a command, are worked off after that.
    expect(seconds).toBeLessThanOrEqual(after + jobs / 2 / 6 + 1);
    expect(perJob).toBeLessThanOrEqual(1.5 + 1 / jobs);
  });
});
