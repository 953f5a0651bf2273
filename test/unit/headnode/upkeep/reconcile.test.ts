import { afterEach, expect, test } from "@jest/globals";
import type { JobEntry } from "../../../../headnode/journal/job-entry.ts";
import { type ReconcileParts, startReconciling } from "../../../../headnode/upkeep/reconcile.ts";

test("while Slurm does not answer nothing is looked at; the time is that of the last answer", async () => {
  const entry = { phase: "running", slurm: { jobId: "7" } } as JobEntry;
  const woken: JobEntry[] = [];
  let isUp = false;
  let answered = () => {};
  const refusals: (() => void)[] = [];
  const refused = new Promise<void>((resolve) => refusals.push(() => undefined, resolve));
  const parts = {
    journal: { all: () => [entry] },
    publisher: { flushAll: async () => undefined },
    driver: { wake: (one: JobEntry) => woken.push(one) },
    slurm: {
      activeJobs: async () => {
        if (!isUp) throw new Error("slurmctld is away");
        return new Map();
      },
    },
    log: () => refusals.shift()?.(),
    now: () => {
      answered();
      return new Date(5);
    },
  } as unknown as ReconcileParts;
  const reconciling = startReconciling(parts, 1);
  try {
    await refused;
    expect([woken, reconciling.last()]).toEqual([[], undefined]);
    const answer = new Promise<void>((resolve) => (answered = resolve));
    isUp = true;
    await answer;
    expect(woken[0]).toBe(entry);
    expect(reconciling.last()).toEqual(new Date(5));
  } finally {
    reconciling.stop();
  }
});

let started: ReturnType<typeof startReconciling> | undefined;
afterEach(() => started?.stop());

test("Slurm is looked at without waiting for EventBridge", async () => {
  const entry = { phase: "running", slurm: { jobId: "7" } } as JobEntry;
  const parts = {
    journal: { all: () => [entry] },
    publisher: { flushAll: () => new Promise<never>(() => undefined) },
    slurm: { activeJobs: async () => new Map() },
    now: () => new Date(5),
  };
  const woken = await new Promise((resolve) => {
    const driver = { wake: resolve };
    started = startReconciling({ ...parts, driver } as unknown as ReconcileParts, 3_600_000);
  });
  expect(woken).toBe(entry);
});
