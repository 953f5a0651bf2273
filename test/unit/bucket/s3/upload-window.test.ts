import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { UploadWindow } from "../../../../bucket/s3/upload-window.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
/** S3 cuts a connection that gets nothing for so long. */
const CUT_S = 20;

/** A line that all connections share fairly, in whole seconds' time: bodies end when their bytes are through. */
class SharedLine {
  seconds = 0;
  readonly #bodies: { left: number; done: () => void }[] = [];
  /** Most bytes that were to be carried at once, of more than one body. */
  worst = 0;

  /** @param rate bytes a second; @param latency seconds that each body takes besides */
  constructor(
    public rate: number,
    readonly latency: number,
  ) {}

  carry(length: number): Promise<void> {
    return new Promise((done) => {
      // A body whose bytes are through needs its answer.
      this.#bodies.push({ left: length + this.latency * this.rate, done });
      const left = this.#bodies.reduce((sum, body) => sum + body.left, 0);
      if (this.#bodies.length > 1) this.worst = Math.max(this.worst, left);
    });
  }

  /** Lets time pass until the next body is through; false: there is none. */
  next(): boolean {
    if (this.#bodies.length === 0) return false;
    this.#bodies.sort((a, b) => a.left - b.left);
    const { left, done } = this.#bodies.shift()!;
    // The others have got as much of it meanwhile.
    this.seconds += (left * (this.#bodies.length + 1)) / this.rate;
    for (const body of this.#bodies) body.left -= left;
    done();
    return true;
  }
}

/** Sends bodies of these lengths, as many at once as there may be. */
async function send(window: UploadWindow, line: SharedLine, lengths: readonly number[]) {
  let sent = 0;
  const all = Promise.all(
    lengths.map((length) =>
      window.run(
        length,
        async () => (await line.carry(length), (sent += length)),
        () => true,
      ),
    ),
  );
  do await new Promise(setImmediate);
  while (line.next());
  await all;
  return sent;
}

const windowOn = (line: SharedLine) => new UploadWindow(() => line.seconds * 1000);

test("on any line from 512 kbit/s to 10 Gbit/s, bodies get through before S3 cuts them, and the line is full", async () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 8 * MiB }), { minLength: 20, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 16, max: 30.2, noNaN: true }),
      lengths,
      async (power, bodies) => {
        const line = new SharedLine(2 ** power, 0);
        const window = windowOn(line);
        // The first ones teach it.
        await send(window, line, [8 * MiB, 8 * MiB]);
        line.worst = 0;
        const began = line.seconds;
        const sent = await send(window, line, bodies);
        expect(line.worst / line.rate).toBeLessThan(CUT_S * 1.5);
        expect(sent).toBe(bodies.reduce((sum, length) => sum + length, 0));
        // No time in which nothing was under way.
        expect(line.seconds - began).toBeLessThan((sent / line.rate) * 1.01 + 0.001);
      },
    ),
    { numRuns: 100 },
  );
});

test("at first, not more is under way than gets through 512 kbit/s in 2 min", async () => {
  const line = new SharedLine(64_000, 0.5);
  await send(windowOn(line), line, Array<number>(40).fill(MiB));
  expect(line.worst / line.rate).toBeLessThan(140);
});

test("a fast line has the eight parts of a transfer under way after the first, whatever its latency", async () => {
  const line = new SharedLine(125 * MiB, 1.5);
  const window = windowOn(line);
  await send(window, line, [8 * MiB]);
  expect(window.bytes).toBeGreaterThan(64 * MiB);
});

test("small bodies, which take the time of the way there, make nothing slower", async () => {
  const line = new SharedLine(1000 * MiB, 0.3);
  const window = windowOn(line);
  const before = window.bytes;
  for (let time = 0; time < 20; time++) await send(window, line, [300]);
  expect(window.bytes).toBeGreaterThanOrEqual(before);
});

test("it follows a line that becomes slower, and faster again", async () => {
  const line = new SharedLine(100 * MiB, 0);
  const window = windowOn(line);
  const parts = Array<number>(12).fill(8 * MiB);
  await send(window, line, parts);
  expect(window.bytes).toBeGreaterThan(64 * MiB);
  line.rate = 64_000;
  await send(window, line, parts);
  expect(window.bytes).toBeLessThan(8 * MiB);
  line.rate = 100 * MiB;
  await send(window, line, parts);
  expect(window.bytes).toBeGreaterThan(64 * MiB);
});

test("what is waited for is as long as what is under way may take, and longer while nothing is known", async () => {
  const line = new SharedLine(MiB, 0);
  const window = windowOn(line);
  expect(window.patience()).toBe(0);
  let [first, known] = [0, 0];
  await window.run(
    8 * MiB,
    async () => {
      first = window.patience();
      line.seconds += 8;
    },
    () => true,
  );
  await window.run(
    8 * MiB,
    async () => (known = window.patience()),
    () => true,
  );
  // It takes 8 s; at 512 kbit/s it would take 131.
  expect(first).toBeGreaterThan(131_000);
  expect(known).toBeGreaterThan(8_000);
  expect(known).toBeLessThan(40_000);
  // After a silence nothing is known any more.
  const silent = window.run(
    8 * MiB,
    () => Promise.reject(new Error("silence")),
    () => true,
  );
  await expect(silent).rejects.toThrow("silence");
  expect(window.bytes).toBeLessThanOrEqual(4 * MiB);
  await window.run(
    4 * MiB,
    async () => (known = window.patience()),
    () => true,
  );
  expect(known).toBeGreaterThan(131_000);
});

test("bodies that wait get their turn when less may be under way than they are", async () => {
  const line = new SharedLine(1_000, 0);
  await send(windowOn(line), line, Array<number>(20).fill(3 * MiB));
});

test("what another thread has let through is counted, and waits for nothing here", async () => {
  const window = windowOn(new SharedLine(1_000, 0));
  let end = () => {};
  const promise = new Promise<void>((resolve) => (end = resolve));
  let begun = 0;
  const count = () =>
    window.count(
      8 * MiB,
      () => ((begun += 1), promise),
      () => true,
    );
  const all = [count(), count(), count()];
  await new Promise(setImmediate);
  expect(begun).toBe(3);
  expect(window.patience()).toBeGreaterThan(0);
  end();
  await Promise.all(all);
  expect(window.patience()).toBe(0);
});
