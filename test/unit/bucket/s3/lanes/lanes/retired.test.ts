import { BroadcastChannel, Worker } from "node:worker_threads";
import { afterEach, expect, jest, test } from "@jest/globals";
import { Growth } from "../../../../../../bucket/s3/lanes/growth.ts";
import { Lanes } from "../../../../../../bucket/s3/lanes/lanes.ts";
import { Line } from "../../../../../../bucket/s3/line.ts";

afterEach(() => void jest.restoreAllMocks());

const CHANNEL = "retired-lane";
const ANSWER = { headers: {}, refusal: undefined, ms: 1 };

/** A lane that answers each order once it is told to, and ends at one of a length that says so. */
const ENDS = 99;
const PROGRAM = `
  const { BroadcastChannel, parentPort } = require("node:worker_threads");
  const channel = new BroadcastChannel("${CHANNEL}");
  let held = [];
  const answer = ({ id, order }) => ({ id, answer: ${JSON.stringify(ANSWER)}, range: order.work.range });
  parentPort.on("message", ({ orders }) => {
    if (orders.some(({ order }) => order.work.body?.length === ${ENDS})) process.exit(3);
    held.push(...orders);
  });
  channel.onmessage = () => {
    parentPort.postMessage({ heard: 0, sent: 0, bytes: [], done: held.map(answer) });
    held = [];
    channel.close();
  };
  parentPort.postMessage(undefined);`;

/** An order for a range of an open file; undefined: for none. @param length of a body */
const order = (file: number | undefined, length: number) =>
  ({
    request: {},
    tellsIds: false,
    work:
      file === undefined
        ? { kind: "send", body: { length } }
        : { kind: "receive", to: file, range: { at: 0, last: 8_388_608, size: 8_388_608 } },
  }) as unknown as Parameters<Lanes["carry"]>[0];

/** So many lanes; `wanted` is what a look decides. */
async function withLanes(count = 1) {
  const growth: { wanted: 1 | 0 | -1; isPausing: boolean } = { wanted: 1, isPausing: false };
  jest.spyOn(Growth.prototype, "decide").mockImplementation(() => growth.wanted);
  jest.spyOn(Growth.prototype, "isPausing", "get").mockImplementation(() => growth.isPausing);
  // Each look is due.
  let now = 0;
  jest.spyOn(performance, "now").mockImplementation(() => (now += 200));
  const settings = {
    ca: undefined,
    authorities: undefined,
    env: {},
    timeouts: undefined,
    rate: undefined,
  };
  const lanes = new Lanes({
    max: count,
    isFixed: false,
    line: new Line(),
    program: async () => PROGRAM,
    settings: async () => settings,
  });
  /** Orders that this thread carries, until all are answered. */
  const held: (() => void)[] = [];
  const ends: Promise<unknown>[] = [];
  /** @returns whether this thread carries it */
  const carry = async (file: number | undefined, length = 1) => {
    let isHere = false;
    const here = () => {
      isHere = true;
      return new Promise<typeof ANSWER>((resolve) => held.push(() => resolve(ANSWER)));
    };
    const credentials = { accessKeyId: "a", secretAccessKey: "s" };
    const end = lanes.carry(order(file, length), credentials, () => {}, here);
    ends.push(end);
    await new Promise(setImmediate);
    return isHere;
  };
  while (lanes.count < count) await carry(undefined);
  growth.wanted = 0;
  /** Both threads answer all that they have. */
  const answer = async () => {
    const channel = new BroadcastChannel(CHANNEL);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    channel.postMessage("answer");
    for (const end of held.splice(0)) end();
    await Promise.all(ends);
    channel.close();
  };
  return { lanes, growth, carry, answer, held };
}

test("a lane that is given up gets no more of the file that it wrote to", async () => {
  const { lanes, growth, carry, answer } = await withLanes();
  expect(await carry(7)).toBe(false);
  growth.wanted = -1;
  await carry(undefined);
  growth.wanted = 0;
  expect(lanes.count).toBe(0);
  expect(await carry(7)).toBe(true);
  await answer();
});

test("it is ended once, whatever it still had to do", async () => {
  const { growth, carry, answer } = await withLanes();
  const end = jest.spyOn(Worker.prototype, "terminate");
  let theirs = 0;
  for (let file = 10; file < 40; file++) if (!(await carry(file))) theirs += 1;
  expect(theirs).toBeGreaterThan(10);
  growth.wanted = -1;
  await carry(undefined);
  growth.wanted = 0;
  await answer();
  expect(end).toHaveBeenCalledTimes(1);
});

test("while it is tried without a lane it has no work, and then it has some again", async () => {
  const { lanes, growth, carry, answer } = await withLanes();
  expect(await carry(7)).toBe(false);
  growth.isPausing = true;
  // By the look at it the next one is decided on.
  await carry(8);
  expect([await carry(7), await carry(9), lanes.count]).toEqual([true, true, 0]);
  growth.isPausing = false;
  await carry(10);
  expect([await carry(11), lanes.count]).toEqual([false, 1]);
  await answer();
  lanes.end();
});

test("one that was tried without has work again when another is lost meanwhile", async () => {
  const { lanes, growth, carry, answer, held } = await withLanes(2);
  growth.isPausing = true;
  // By the look at it the next one is decided on.
  await carry(7);
  expect([await carry(8), lanes.count]).toEqual([expect.any(Boolean), 1]);
  while (await carry(undefined, ENDS));
  const before = held.length;
  // Its orders are carried out here.
  while (held.length === before) await new Promise(setImmediate);
  expect(lanes.count).toBe(1);
  await answer();
  lanes.end();
});
