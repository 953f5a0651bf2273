import { afterEach, expect, jest, test } from "@jest/globals";
import { Growth } from "../../../../../../bucket/s3/lanes/growth.ts";
import { Lanes } from "../../../../../../bucket/s3/lanes/lanes.ts";
import { Line } from "../../../../../../bucket/s3/line.ts";

afterEach(() => void jest.restoreAllMocks());

const MiB = 1024 * 1024;

const order = {
  request: {},
  tellsIds: false,
  work: { kind: "send", body: { length: 1 } },
} as unknown as Parameters<Lanes["carry"]>[0];

type Here = Parameters<Lanes["carry"]>[3];

const ANSWER = { headers: {}, refusal: undefined, ms: 1 };

/** Lanes, none of which is begun, by a clock of their own; what is known of the work at each look. */
function looked() {
  const decide = jest.spyOn(Growth.prototype, "decide").mockReturnValue(0);
  const clock = { ms: 1 };
  jest.spyOn(performance, "now").mockImplementation(() => clock.ms);
  const lanes = new Lanes({
    max: 1,
    isFixed: false,
    line: new Line(),
    settings: async () => {
      throw new Error("none is begun");
    },
  });
  const after = async (ms: number, here: Here = async () => ANSWER) => {
    clock.ms += ms;
    const credentials = { accessKeyId: "a", secretAccessKey: "s" };
    await lanes.carry(order, credentials, () => {}, here);
  };
  const looks = () => decide.mock.calls.map(([look]) => look);
  return { lanes, after, looks, known: () => looks().map(({ known }) => known) };
}

test("when much is known to come, whether a lane is to begin is looked at after 25 ms, else after 100", async () => {
  const { lanes, after, known } = looked();
  await after(0);
  for (let look = 0; look < 4; look++) await after(25);
  expect(known()).toEqual([0]);
  lanes.expect(4096, 0);
  await after(24);
  expect(known()).toEqual([0]);
  await after(1);
  await after(25);
  expect(known()).toEqual([0, 256 * MiB, 256 * MiB]);
});

test("files that are not expected any more do not count, nor does what one large file is twice", async () => {
  const { lanes, after, known } = looked();
  await after(0);
  lanes.expect(1, 512 * MiB);
  lanes.expect(1000, 1000);
  lanes.expect(-1000, -1000);
  await lanes.during(512 * MiB, async () => after(100));
  lanes.expect(-1, -512 * MiB);
  await after(100);
  expect(known()).toEqual([512 * MiB + 64 * 1024, 0]);
});

test("what is refused or breaks off is no work that was done", async () => {
  const { after, looks } = looked();
  await after(0);
  const refusal = { status: 503 } as unknown as Awaited<ReturnType<Here>>["refusal"];
  await after(100, async () => ({ ...ANSWER, refusal }));
  const broken = after(100, () => Promise.reject(new Error("it broke off")));
  await expect(broken).rejects.toThrow("it broke off");
  await after(100);
  await after(100);
  const one = 64 * 1024 + 1;
  expect(looks().map(({ work }) => work)).toEqual([one, 0, 0, one]);
});
