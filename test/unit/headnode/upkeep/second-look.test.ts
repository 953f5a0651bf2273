import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { JobEntry } from "../../../../headnode/journal/job-entry.ts";
import { SecondLook } from "../../../../headnode/upkeep/second-look.ts";

const entry = (changes: Partial<JobEntry> = {}) =>
  ({ phase: "running", slurm: { jobId: "1" }, ...changes }) as JobEntry;

describe("the second look", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test("is taken at a job that Slurm has, once however often its entry changes", () => {
    const looked: JobEntry[] = [];
    const second = new SecondLook((one) => looked.push(one));
    const one = entry();
    second.see(one);
    second.see(one);
    jest.advanceTimersByTime(5_000);
    expect(looked).toEqual([]);
    jest.advanceTimersByTime(2_000);
    expect(looked).toEqual([one]);
    one.slurm = { jobId: "1", state: "RUNNING" };
    jest.advanceTimersByTime(600_000);
    expect(looked).toEqual([one]);
  });

  test("is repeated, less and less often, while Slurm does not say why the job waits", () => {
    const looked: JobEntry[] = [];
    const second = new SecondLook((one) => looked.push(one));
    // A node that could not be had: the job is back in the queue.
    const one = entry({ slurm: { jobId: "1", state: "PENDING", restarts: 1 } });
    second.see(one);
    jest.advanceTimersByTime(7_000);
    expect(looked).toHaveLength(1);
    jest.advanceTimersByTime(12_000);
    expect(looked).toHaveLength(2);
    one.slurm = { jobId: "1", state: "PENDING", reason: "BeginTime", restarts: 1 };
    jest.advanceTimersByTime(600_000);
    expect(looked).toHaveLength(2);
  });

  test("is taken at twenty jobs a second at most, of those that still wait", () => {
    let looks = 0;
    const look = new SecondLook(() => looks++);
    const ended = Array.from({ length: 500 }, () => entry());
    for (const one of ended) look.see(one);
    for (const one of ended) {
      one.phase = "ended";
      look.see(one);
    }
    const many = Array.from({ length: 500 }, () => entry());
    for (const one of many) look.see(one);
    const each: number[] = [];
    for (let second = 0; second < 32; second++) {
      const before = looks;
      jest.advanceTimersByTime(1000);
      each.push(looks - before);
    }
    expect(Math.max(...each)).toBeLessThanOrEqual(21);
    expect(looks).toBeGreaterThanOrEqual(500);
  });

  test("is repeated every 2 s while a job is on its way out", () => {
    const looked: JobEntry[] = [];
    const second = new SecondLook((one) => looked.push(one));
    const one = entry();
    second.see(one);
    one.slurm = { jobId: "1", state: "COMPLETING" };
    second.see(one);
    jest.advanceTimersByTime(20_500);
    expect(looked).toHaveLength(10);
    one.phase = "ended";
    jest.advanceTimersByTime(20_000);
    expect(looked).toHaveLength(10);
  });

  test.each([
    ["one that is on its way to Slurm", entry({ phase: "submitting" })],
    ["one that runs", entry({ slurm: { jobId: "1", state: "RUNNING" } })],
    [
      "one that waits for a reason",
      entry({ slurm: { jobId: "1", state: "PENDING", reason: "Resources" } }),
    ],
  ])("is not taken at %s", (_name, one) => {
    const looked: JobEntry[] = [];
    new SecondLook((seen) => looked.push(seen)).see(one);
    jest.advanceTimersByTime(60_000);
    expect(looked).toEqual([]);
  });

  test("is not taken at a job that has ended meanwhile, nor when the agent has stopped", () => {
    const looked: JobEntry[] = [];
    const second = new SecondLook((one) => looked.push(one));
    const [ended, other] = [entry(), entry()];
    second.see(ended);
    ended.phase = "ended";
    jest.advanceTimersByTime(10_000);
    second.see(other);
    second.stop();
    jest.advanceTimersByTime(60_000);
    expect(looked).toEqual([]);
  });
});
