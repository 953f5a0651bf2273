import { expect, test } from "@jest/globals";
import { Fetcher, type FetcherPorts } from "../../../../../cli/slurm/fetcher/fetcher.ts";
import type { JobFile } from "../../../../../cli/slurm/job-file.ts";
import { needsFetcher } from "../../../../../cli/slurm/standing.ts";
import { CloudSubmitError } from "../../../../../protocol/error.ts";
import { TransferSummary } from "../../../../../transfer/summary.ts";
import { jobFile } from "../../../../support/sent-job.ts";
import { testUi } from "../../../../support/test-ui.ts";

/** A fetcher on a clock that advances while it waits. */
function scene(files: JobFile[], changes: Partial<FetcherPorts> = {}) {
  const { ui, clock } = testUi();
  const all = new Map(files.map((file) => [file.submission, file]));
  const lines: string[] = [];
  let looks = 0;
  const ports: FetcherPorts = {
    context: ui,
    files: {
      list: async () => [...all.values()].filter(needsFetcher),
      of: (submission) => all.get(submission),
      update: async (submission, now) => {
        all.set(submission, { ...all.get(submission)!, ...now });
      },
    },
    boards: {
      look: async (waiting) => {
        looks += 1;
        const final = (submission: string) => ({ submission, state: "COMPLETED", final: true });
        return new Map(waiting.map(({ submission }) => [submission, final(submission)]));
      },
      pauseMs: () => 1_000,
      hurry: () => undefined,
    },
    close: async () => undefined,
    bring: async () => new TransferSummary(),
    goOn: async () => false,
    wake: {
      ring: () => undefined,
      wait: async (ms) => {
        clock.ms += ms;
        // Work under way goes on.
        await new Promise((resolve) => setImmediate(resolve));
        return false;
      },
    },
    isSessionOver: () => false,
    stop: new AbortController().signal,
    log: (line) => void lines.push(line),
    ...changes,
  };
  return { fetcher: new Fetcher(ports), all, lines, clock, looks: () => looks };
}

test("a job is closed, followed and fetched; then the fetcher ends after half a minute", async () => {
  const s = scene([jobFile()]);
  const began = s.clock.ms;
  await s.fetcher.run();
  const [file] = s.all.values();
  expect(file).toMatchObject({ isOpen: false, results: "fetched", last: { state: "COMPLETED" } });
  expect(s.clock.ms - began).toBeGreaterThanOrEqual(30_000);
  expect(s.clock.ms - began).toBeLessThan(40_000);
  expect(s.looks()).toBe(1);
});

test("a failure that passes is tried again, one that does not is told", async () => {
  const failures = [new Error("S3 is away"), undefined];
  const s = scene([jobFile({ id: "1" }), jobFile({ id: "2" })], {
    bring: async ({ id }) => {
      if (id === "2") throw new CloudSubmitError("no-such-job", "it is gone");
      const failure = failures.shift();
      if (failure) throw failure;
      return new TransferSummary();
    },
  });
  await s.fetcher.run();
  const [one, two] = s.all.values();
  expect(one?.results).toBe("fetched");
  expect(two).toMatchObject({ results: "failed", resultsError: "it is gone" });
});

test("a full disk is given up after some tries", async () => {
  const full = Object.assign(new Error("no space left"), { syscall: "write", code: "ENOSPC" });
  let tries = 0;
  const s = scene([jobFile()], {
    bring: async () => {
      tries += 1;
      throw full;
    },
  });
  await s.fetcher.run();
  expect([...s.all.values()][0]?.results).toBe("failed");
  expect(tries).toBe(8);
});

test("what is put beside is a remark, what cannot come a failure", async () => {
  const s = scene([jobFile({ id: "1" }), jobFile({ id: "2" })], {
    bring: async ({ id }) => {
      const summary = new TransferSummary();
      if (id === "1") summary.putBeside("/w/a", "/w/a.fetched");
      else summary.skip("/w/b", { code: "name-nul", values: {} });
      return summary;
    },
  });
  await s.fetcher.run();
  const [one, two] = s.all.values();
  expect(one).toMatchObject({ results: "fetched" });
  expect(one?.resultsError).toContain("/w/a.fetched");
  expect(two?.results).toBe("failed");
});

test("a session that is over ends it, after what can be done at once", async () => {
  const s = scene([jobFile(), jobFile({ id: "13" })], { isSessionOver: () => true });
  const began = s.clock.ms;
  await s.fetcher.run();
  expect([...s.all.values()].map(({ results, isOpen }) => [results, isOpen])).toEqual([
    ["fetched", false],
    ["fetched", false],
  ]);
  expect(s.clock.ms - began).toBeLessThan(10_000);
});

test("told to end it ends", async () => {
  const stop = new AbortController();
  const s = scene([jobFile()], { stop: stop.signal, bring: () => new Promise(() => undefined) });
  const run = s.fetcher.run();
  stop.abort();
  await run;
});
