import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { LiveLine } from "../../../cli/ui/live-line.ts";
import { cancel, cancelOutput } from "../../../cli/verbs/cancel.ts";
import { fetchOutput, fetchVerb } from "../../../cli/verbs/fetch.ts";
import { run, runOutput } from "../../../cli/verbs/run.ts";
import { submitOutput, submitVerb } from "../../../cli/verbs/submit.ts";
import { wait, waitOutput } from "../../../cli/verbs/wait.ts";
import { formatRecord, type JobRecord } from "../../../protocol/record.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { testContext } from "../../support/test-ui.ts";

const endOf = (prefix: string, changes: Partial<JobRecord> = {}): JobRecord => ({
  version: 1,
  prefix,
  submission: "s1",
  state: "JOB_COMPLETE",
  outcome: "completed",
  times: {},
  ...changes,
});

/** A bucket in which jobs end while others sleep. */
function world(changes: Parameters<typeof testContext>[0] = {}) {
  const w = testContext(changes);
  const steps: (() => Promise<unknown>)[] = [];
  const { sleep } = w.context;
  w.context.sleep = async (ms) => {
    await sleep(ms);
    await steps.shift()?.();
  };
  const state = (prefix: string, word: string) =>
    w.store.put(`${prefix}/job-aws-stat.txt`, `${word}\n`);
  const end = async (prefix: string, record: Partial<JobRecord> = {}) => {
    const whole = endOf(prefix, record);
    await w.store.put(`${prefix}/job-aws-job.json`, formatRecord(whole));
    await state(prefix, whole.state);
  };
  return { ...w, steps, state, end };
}

function jobFolder(script = "#!/bin/sh\n"): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "job-aws-run.sh"), script);
  return folder;
}

describe("submit", () => {
  test("a folder, with options for sbatch; --json fits its schema", async () => {
    const { context, store, out } = world({ json: true });
    await submitVerb(context, jobFolder(), { prefix: "job1", sbatchOptions: ["--nodes=2"] });
    expect(submitOutput.parse(JSON.parse(out[0] ?? ""))).toMatchObject({
      prefix: "job1",
      files: 1,
    });
    expect(store.objects.get("job1/job-aws-stat.txt")?.metadata).toMatchObject({
      "sbatch-options": '["--nodes=2"]',
    });
  });

  test("a script by itself becomes job-aws-run.sh of a job that is named after it", async () => {
    const { context, store, out } = world();
    const script = join(temporaryFolder(), "wave.sh");
    writeFileSync(script, "#!/bin/bash\necho 1\n");
    await submitVerb(context, script, {});
    expect(out).toEqual(["Submitted wave-20261124-120000-000001"]);
    expect(store.text("wave-20261124-120000-000001/job-aws-run.sh")).toMatch(/echo 1/);
    expect(store.writes).toHaveLength(2);
  });

  test.each([
    ["no #!", "echo 1\n", /begins with #!/],
    ["Windows line ends", "#!/bin/sh\r\necho 1\r\n", /CRLF/],
  ])("refuses a script with %s before anything is sent", async (_name, text, message) => {
    const { context, store } = world();
    await expect(submitVerb(context, jobFolder(text), {})).rejects.toThrow(message);
    expect(store.writes).toEqual([]);
  });

  test("says at each moment what an interruption leaves", async () => {
    const moments: string[] = [];
    let now: () => readonly string[] = () => [];
    const { context, store } = world({
      interrupt: {
        at: (lines) => {
          now = lines;
        },
        signal: new AbortController().signal,
      },
    });
    store.before = (operation) => {
      if (operation === "put") moments.push(now().join(" "));
    };
    await submitVerb(context, jobFolder(), { prefix: "job1", sbatchOptions: ["--time=1:00"] });
    expect(moments[0]).toMatch(
      /^Nothing was submitted.*cloud-submit submit \S+ --prefix job1 -- --time=1:00$/,
    );
    expect(moments.at(-1)).toMatch(/may have been submitted.*cloud-submit status job1/);
    expect(now().join("")).toMatch(/The job goes on.*wait job1.*cancel job1/);
  });
});

describe("run", () => {
  test("--json prints one object that fits its schema", async () => {
    const { context, store, steps, end, out } = world({ json: true });
    const folder = jobFolder();
    steps.push(async () => {
      const { submission } = store.objects.get("job1/job-aws-stat.txt")?.metadata ?? {};
      await store.put("job1/result", "42");
      await end("job1", { submission: submission ?? "", outcome: "failed" });
    });
    expect(await run(context, folder, { prefix: "job1" })).toBe(1);
    expect(out).toHaveLength(1);
    const printed: unknown = JSON.parse(out[0] ?? "");
    expect(runOutput.parse(printed)).toEqual(printed);
    expect(printed).toMatchObject({
      exitCode: 1,
      record: { outcome: "failed" },
      fetched: { to: folder },
    });
    expect(readFileSync(join(folder, "result"), "utf8")).toBe("42");
  });

  test("the results of a script come into a folder beside it", async () => {
    const { context, store, steps, end } = world();
    const script = join(temporaryFolder(), "wave.sh");
    writeFileSync(script, "#!/bin/sh\n");
    steps.push(async () => {
      const { submission } = store.objects.get("job1/job-aws-stat.txt")?.metadata ?? {};
      await store.put("job1/result", "42");
      await end("job1", { submission: submission ?? "" });
    });
    expect(await run(context, script, { prefix: "job1" })).toBe(0);
    expect(readFileSync(join(script.replace(".sh", ""), "result"), "utf8")).toBe("42");
  });
});

describe("wait", () => {
  test("for all: the worst exit code; one line for each end", async () => {
    const { context, steps, state, end, out } = world();
    await state("a", "JOB_SUBMIT");
    await state("b", "JOB_SUBMIT");
    steps.push(
      () => end("a"),
      () => end("b", { outcome: "failed" }),
    );
    expect(await wait(context, ["a", "b", "a"], {})).toBe(1);
    expect(out).toEqual(["a: completed", "b: failed"]);
  });

  test("--any: the exit code of the first, the others are left alone", async () => {
    const { context, steps, state, end, out } = world();
    await state("a", "JOB_SUBMIT");
    await state("b", "JOB_SUBMIT");
    steps.push(() => end("b", { outcome: "cancelled" }));
    expect(await wait(context, ["a", "b"], { any: true })).toBe(5);
    expect(out).toEqual(["b: cancelled"]);
  });

  test.each([
    [["no-such"], /no such job/],
    [["a", "no-such"], undefined],
  ])("%j: exit code 2", async (prefixes, thrown) => {
    const { context, end, err } = world();
    await end("a");
    if (thrown) await expect(wait(context, prefixes, {})).rejects.toThrow(thrown);
    else {
      expect(await wait(context, prefixes, {})).toBe(2);
      expect(err).toContainEqual(
        expect.stringMatching(/^cloud-submit: no-such: there is no such job/),
      );
    }
  });

  test("--timeout: exit code 4 unless all have ended by then", async () => {
    const { context, state, end, slept } = world();
    await end("a");
    await state("b", "FILE_UPLOAD");
    expect(await wait(context, ["a", "b"], { timeout: 60 })).toBe(4);
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(60_000);
    expect(slept.length).toBeLessThan(30);
  });

  test("--json: a line for each job that fits its schema, also for errors", async () => {
    const { context, end, out } = world({ json: true });
    await end("a", { state: "JOB_ERROR", outcome: "rejected" });
    expect(await wait(context, ["a", "no-such"], {})).toBe(2);
    const lines = out.map((line) => waitOutput.parse(JSON.parse(line)));
    expect(lines.toSorted((x, y) => x.prefix.localeCompare(y.prefix))).toMatchObject([
      { prefix: "a", exitCode: 3, record: { outcome: "rejected" } },
      { prefix: "no-such", exitCode: 2, record: null, error: { code: "no-such-job" } },
    ]);
  });

  test("shows state, Slurm's reason and the clock on a terminal", async () => {
    const shown: string[] = [];
    const stream = { columns: 100, write: (text: string) => void shown.push(text) };
    const { context, store, steps, state, end } = world({ live: new LiveLine(stream, true) });
    await state("a", "JOB_SUBMIT");
    const slurm = { jobId: "17", state: "PENDING", reason: "Resources" };
    const queued = { ...endOf("a"), state: "JOB_SUBMIT" as const, outcome: undefined, slurm };
    await store.put("a/job-aws-job.json", formatRecord(queued));
    steps.push(() => end("a"));
    expect(await wait(context, ["a"], {})).toBe(0);
    expect(shown.join("")).toContain("JOB_SUBMIT Slurm job 17 PENDING (Resources)  0s");
  });

  test("refuses --any with --all", async () => {
    await expect(wait(world().context, ["a"], { any: true, all: true })).rejects.toMatchObject({
      code: "usage",
    });
  });
});

describe("cancel", () => {
  test("asks for active jobs, leaves ended ones as they are", async () => {
    const { context, store, state, end, out } = world();
    await state("a", "JOB_SUBMIT");
    await end("b");
    await state("c", "JOB_CANCEL");
    expect(await cancel(context, ["a", "b", "c"], {})).toBe(0);
    expect(store.text("a/job-aws-stat.txt")).toBe("JOB_CANCEL\n");
    expect(store.objects.get("a/job-aws-stat.txt")?.metadata).toEqual({ submitter: "taro@ws1" });
    expect(store.text("b/job-aws-stat.txt")).toBe("JOB_COMPLETE\n");
    expect(out).toEqual([
      "Asked for a to be cancelled",
      "b has ended already: JOB_COMPLETE",
      "c is being cancelled already",
    ]);
  });

  test("never writes over a state that came in between", async () => {
    const { context, store, state, end, out } = world();
    await state("a", "JOB_SUBMIT");
    let before = true;
    store.before = async (operation) => {
      if (operation !== "put" || !before) return;
      before = false;
      await end("a");
    };
    expect(await cancel(context, ["a"], {})).toBe(0);
    expect([store.text("a/job-aws-stat.txt"), out]).toEqual([
      "JOB_COMPLETE\n",
      ["a has ended already: JOB_COMPLETE"],
    ]);
  });

  test("--wait until it has ended, however: exit code 0", async () => {
    const { context, steps, state, end, out } = world();
    await state("a", "JOB_SUBMIT");
    steps.push(() => end("a", { outcome: "cancelled" }));
    expect(await cancel(context, ["a"], { wait: true })).toBe(0);
    expect(out.at(-1)).toBe("a: cancelled");
  });

  test("--json fits its schema; a job that is not there is an error", async () => {
    const { context, state, out } = world({ json: true });
    await state("a", "FILE_UPLOAD");
    await expect(cancel(context, ["a", "no-such"], {})).rejects.toMatchObject({
      code: "no-such-job",
    });
    expect(out.map((line) => cancelOutput.parse(JSON.parse(line)))).toEqual([
      { prefix: "a", requested: true, state: "FILE_UPLOAD" },
    ]);
  });
});

describe("fetch", () => {
  test("brings the files; --json fits its schema", async () => {
    const { context, store, end, out } = world({ json: true });
    await end("a");
    await store.put("a/result", "42");
    const to = temporaryFolder();
    await fetchVerb(context, "a", { to });
    expect(fetchOutput.parse(JSON.parse(out[0] ?? ""))).toMatchObject({
      files: 2,
      skippedCount: 0,
    });
    expect(readFileSync(join(to, "result"), "utf8")).toBe("42");
  });

  test("says that results are not final, and names what cannot be a file", async () => {
    const { context, store, state, err, out } = world();
    await state("a", "JOB_SUBMIT");
    await store.put("a/../../etc/passwd", "x");
    await expect(fetchVerb(context, "a", { to: temporaryFolder() })).rejects.toMatchObject({
      code: "transfer",
    });
    expect(err[0]).toMatch(/a is JOB_SUBMIT: these are not its final results/);
    expect(err[1]).toMatch(/^left out /);
    expect(out[0]).toMatch(/^Fetched 0 files/);
  });
});
