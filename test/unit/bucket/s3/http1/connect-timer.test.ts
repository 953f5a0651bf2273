import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { connectTimer } from "../../../../../bucket/s3/http1/connect-timer.ts";
import { Line } from "../../../../../bucket/s3/line.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test("a connection that is not made is given up in its time", () => {
  let ended = 0;
  connectTimer(new Line(), 15_000, () => void ended++);
  jest.advanceTimersByTime(14_999);
  expect(ended).toBe(0);
  jest.advanceTimersByTime(1);
  expect(ended).toBe(1);
  expect(jest.getTimerCount()).toBe(0);
});

test("on a line that is full of other answers it has longer, but not for ever", () => {
  const line = new Line();
  let ended = 0;
  connectTimer(line, 15_000, () => void ended++);
  const traffic = setInterval(() => line.heard(1460), 1_000);
  jest.advanceTimersByTime(44_000);
  expect(ended).toBe(0);
  jest.advanceTimersByTime(2_000);
  expect(ended).toBe(1);
  clearInterval(traffic);
});

test("one that is made, or has ended, is not given up", () => {
  const line = new Line();
  let ended = 0;
  const isMade = connectTimer(line, 15_000, () => void ended++);
  line.heard(1);
  jest.advanceTimersByTime(20_000);
  isMade();
  jest.advanceTimersByTime(60_000);
  expect([ended, jest.getTimerCount()]).toEqual([0, 0]);
});
