import { BroadcastChannel } from "node:worker_threads";
import { afterEach, expect, jest, test } from "@jest/globals";
import { Growth } from "../../../../../../bucket/s3/lanes/growth.ts";
import { Lanes } from "../../../../../../bucket/s3/lanes/lanes.ts";
import { Line } from "../../../../../../bucket/s3/line.ts";

afterEach(() => void jest.restoreAllMocks());

const CHANNEL = "retired-lane";
const ANSWER = { headers: {}, refusal: undefined, ms: 1 };

/** A lane that answers each order once it is told to. */
const PROGRAM = `
  const { BroadcastChannel, parentPort } = require("node:worker_threads");
  const channel = new BroadcastChannel("${CHANNEL}");
  let held = [];
  const answer = ({ id, order }) => ({ id, answer: ${JSON.stringify(ANSWER)}, range: order.work.range });
  parentPort.on("message", ({ orders }) => void held.push(...orders));
  channel.onmessage = () => {
    parentPort.postMessage({ heard: 0, sent: 0, bytes: [], done: held.map(answer) });
    held = [];
    channel.close();
  };
  parentPort.postMessage(undefined);`;

/** An order for a range of an open file; undefined: for none. */
const order = (file: number | undefined) =>
  ({
    request: {},
    tellsIds: false,
    work:
      file === undefined
        ? { kind: "send", body: { length: 1 } }
        : { kind: "receive", to: file, range: { at: 0, last: 8_388_608, size: 8_388_608 } },
  }) as unknown as Parameters<Lanes["carry"]>[0];

test("a lane that is given up gets no more of the file that it wrote to", async () => {
  let wanted: 1 | 0 | -1 = 1;
  jest.spyOn(Growth.prototype, "decide").mockImplementation(() => wanted);
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
    max: 1,
    isFixed: false,
    line: new Line(),
    program: async () => PROGRAM,
    settings: async () => settings,
  });
  let isHere = false;
  const carry = (file: number | undefined) => {
    isHere = false;
    const here = async () => {
      isHere = true;
      return ANSWER;
    };
    return lanes.carry(order(file), { accessKeyId: "a", secretAccessKey: "s" }, () => {}, here);
  };
  while (lanes.count === 0) {
    await carry(undefined);
    await new Promise(setImmediate);
  }
  wanted = 0;
  const first = carry(7);
  expect(isHere).toBe(false);
  wanted = -1;
  await carry(undefined);
  wanted = 0;
  expect(lanes.count).toBe(0);
  const second = carry(7);
  await new Promise(setImmediate);
  expect(isHere).toBe(true);
  const channel = new BroadcastChannel(CHANNEL);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  channel.postMessage("answer");
  await Promise.all([first, second]);
  channel.close();
});
