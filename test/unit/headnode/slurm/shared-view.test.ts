import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { SharedView } from "../../../../headnode/slurm/shared-view.ts";
import { SlurmCommands } from "../../../../headnode/slurm/slurm.ts";
import { type Job, job, printed } from "../../../support/fake-squeue.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A view whose calls and pauses end when a test says so; its answer is when the call began. */
function scene() {
  const calls: ((error?: Error) => void)[] = [];
  const pauses: { ms: number; end: () => void }[] = [];
  let now = 0;
  const view = new SharedView<number>(
    () => {
      const at = now++;
      return new Promise((resolve, reject) =>
        calls.push((error) => (error ? reject(error) : resolve(at))),
      );
    },
    (ms) => new Promise<void>((end) => pauses.push({ ms, end })),
  );
  return { view, calls, pauses, tick: () => now++ };
}

test("a question that comes alone is answered at once, and so is the next one", async () => {
  const { view, calls, pauses } = scene();
  for (let asked = 1; asked <= 5; asked++) {
    const answer = view.ask();
    await turn();
    expect(calls).toHaveLength(asked);
    calls.at(-1)?.();
    await answer;
  }
  expect(pauses).toEqual([]);
});

test.each([
  [2, 100],
  [3, 200],
  [9, 800],
  [500, 1000],
])(
  "after a call for %d, the next one waits for %d ms, and those that ask meanwhile share it",
  async (n, ms) => {
    const { view, calls, pauses } = scene();
    const many = Array.from({ length: n }, () => view.ask());
    await turn();
    calls[0]?.();
    expect(new Set(await Promise.all(many)).size).toBe(1);
    const later = [view.ask(), view.ask()];
    await turn();
    expect(calls).toHaveLength(1);
    expect(pauses).toMatchObject([{ ms }]);
    pauses[0]?.end();
    await turn();
    expect(calls).toHaveLength(2);
    calls[1]?.();
    await Promise.all(later);
  },
);

test("a call that fails fails those that shared it, and nobody else", async () => {
  const { view, calls, pauses } = scene();
  const shared = [view.ask(), view.ask()].map((one) => one.catch((error: Error) => error.message));
  await turn();
  calls[0]?.(new Error("no answer"));
  expect(await Promise.all(shared)).toEqual(["no answer", "no answer"]);
  const next = view.ask();
  pauses[0]?.end();
  await turn();
  calls[1]?.();
  expect(await next).toBe(1);
});

test("no answer is older than its question, each question has one, and calls never overlap", async () => {
  const act = fc.constantFrom("ask", "end", "fail", "resume");
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      const { view, calls, pauses, tick } = scene();
      const asked: Promise<unknown>[] = [];
      let ended = 0;
      let resumed = 0;
      const end = (error?: Error) => {
        if (ended < calls.length) calls[ended++]?.(error);
      };
      const resume = () => {
        if (resumed < pauses.length) pauses[resumed++]?.end();
      };
      for (const one of acts) {
        if (one === "ask") {
          const at = tick();
          asked.push(
            view.ask().then(
              (begun) => expect(begun).toBeGreaterThan(at),
              (error: Error) => expect(error.message).toBe("x"),
            ),
          );
        } else if (one === "resume") resume();
        else end(one === "fail" ? new Error("x") : undefined);
        await turn();
        expect(calls.length - ended).toBeLessThanOrEqual(1);
      }
      let isOver = false;
      void Promise.all(asked).then(() => {
        isOver = true;
      });
      for (let rounds = 0; rounds < 2 * asked.length + 4; rounds++) {
        end();
        resume();
        await turn();
      }
      await turn();
      expect(isOver).toBe(true);
      await Promise.all(asked);
    }),
  );
});

describe("500 jobs at once", () => {
  const owners = Array.from({ length: 500 }, (_, id) => ({
    comment: `cloud-submit:p${id}:s`,
    workDir: `/jobs/p${id}/s`,
  }));

  /** Slurm that takes jobs, and how often each command was called; a call takes some turns of the event loop. */
  function slurm(accepts: boolean) {
    const jobs: Job[] = [];
    const counts: Record<string, number> = {};
    let atOnce = 0;
    let most = 0;
    const commands = new SlurmCommands(
      async (name, args, { onStdout } = {}) => {
        counts[name] = (counts[name] ?? 0) + 1;
        if (name === "sbatch") most = Math.max(most, ++atOnce);
        for (let turns = 0; turns < 5; turns++) await turn();
        const option = (of: string) =>
          args.find((arg) => arg.startsWith(`--${of}=`))?.slice(of.length + 3) ?? "";
        if (name === "sbatch") {
          atOnce--;
          const [Comment, WorkDir] = [option("comment"), option("chdir")];
          const JobID = String(jobs.length + 1);
          const Command = `${WorkDir}/job-aws-run.sh`;
          if (accepts) jobs.push(job({ JobID, Comment, WorkDir, Command, State: "COMPLETED" }));
        }
        const stdout = { squeue: printed(jobs, args), scontrol: UP, sinfo: "" }[name] ?? "";
        onStdout?.(Buffer.from(stdout));
        return { code: name === "sbatch" && !accepts ? 1 : 0, stdout, stderr: "", output: stdout };
      },
      "1000",
      async () => {
        for (let turns = 0; turns < 50; turns++) await turn();
      },
    );
    return { commands, counts, most: () => most };
  }
  const UP = "Slurmctld(primary) at head is UP\n";

  test("cost at most 0.2 commands a job besides sbatch, and few calls of sbatch at a time", async () => {
    const { commands, counts, most } = slurm(true);
    await Promise.all(
      owners.map(async (owner) => {
        expect(await commands.find(owner)).toBeUndefined();
        const said = await commands.submit(owner, []);
        if (!said.accepted) throw new Error("refused");
        expect(await commands.look(said.job.jobId, owner)).toMatchObject({
          tasks: [{ state: "COMPLETED" }],
          otherJobs: [],
        });
      }),
    );
    const { sbatch, ...others } = counts;
    expect(sbatch).toBe(500);
    const total = Object.values(others).reduce((sum, one) => sum + one, 0);
    expect(total).toBeLessThanOrEqual(100);
    expect(most()).toBeLessThanOrEqual(16);
  });

  test("that Slurm refuses, or that wait for nodes that are down, do not cost a command each, either", async () => {
    const { commands, counts } = slurm(false);
    await Promise.all(
      owners.map(async (owner) => {
        expect(await commands.submit(owner, [])).toMatchObject({ accepted: false });
        await Promise.all([commands.nodeReasons("main"), commands.forgetsAfterMs()]);
      }),
    );
    const { sbatch, ...others } = counts;
    expect(sbatch).toBe(500);
    const total = Object.values(others).reduce((sum, one) => sum + one, 0);
    expect(total).toBeLessThanOrEqual(250);
  });
});
