import { afterEach, expect, jest, test } from "@jest/globals";
import { Growth } from "../../../../../../bucket/s3/lanes/growth.ts";
import { Lanes } from "../../../../../../bucket/s3/lanes/lanes.ts";
import { Line } from "../../../../../../bucket/s3/line.ts";

afterEach(() => void jest.restoreAllMocks());

const order = {
  request: {},
  tellsIds: false,
  work: { kind: "send", body: { length: 1 } },
} as unknown as Parameters<Lanes["carry"]>[0];
const MANY = 2_000;
const answer = { headers: {}, refusal: undefined, ms: 1 };

/** Lanes of which one more is always wanted; `began` is called when a thread is about to begin. */
function growing(program: string, began: () => void): Lanes {
  jest.spyOn(Growth.prototype, "decide").mockReturnValue(1);
  // Each look is due.
  let now = 0;
  jest.spyOn(performance, "now").mockImplementation(() => (now += 200));
  return new Lanes({
    max: 2,
    isFixed: false,
    line: new Line(),
    program: async () => program,
    settings: async () => {
      began();
      return {
        ca: undefined,
        authorities: undefined,
        env: {},
        timeouts: undefined,
        rate: undefined,
      };
    },
  });
}

const look = async (lanes: Lanes) => {
  await lanes.carry(
    order,
    { accessKeyId: "a", secretAccessKey: "s" },
    () => {},
    async () => answer,
  );
  await new Promise(setImmediate);
};

test("a lane that is ended while it comes does not end lanes for good", async () => {
  const seen = { begun: 0 };
  const lanes = growing("setInterval(() => {}, 1000)", () => void (seen.begun += 1));
  while (seen.begun === 0) await look(lanes);
  await new Promise(setImmediate);
  lanes.end();
  // Its end comes, as all events do, while others are looked at.
  for (let turn = 0; turn < MANY && seen.begun === 1; turn++) await look(lanes);
  await new Promise(setImmediate);
  lanes.end();
  expect(seen.begun).toBe(2);
});

test("one that ends by itself while it comes does", async () => {
  const seen = { begun: 0 };
  const lanes = growing("process.exit(1)", () => void (seen.begun += 1));
  const rest = jest.spyOn(Growth.prototype, "begun");
  while (seen.begun === 0) await look(lanes);
  for (let turn = 0; turn < MANY; turn++) await look(lanes);
  expect([seen.begun, rest.mock.calls.length]).toEqual([1, 0]);
});
