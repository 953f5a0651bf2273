import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { JobRow } from "../../../../headnode/slurm/job-rows.ts";
import { SharedQueue } from "../../../../headnode/slurm/shared-queue.ts";
import { SlurmCommands } from "../../../../headnode/slurm/slurm.ts";
import { fakeCommands, type Job, job, OWNER, printed } from "../../../support/fake-squeue.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A queue whose calls and pauses end when a test says so. */
function scene() {
  const calls: { jobId: string | undefined; end: (error?: Error) => void; at: number }[] = [];
  const pauses: { ms: number; end: () => void }[] = [];
  let now = 0;
  const queue = new SharedQueue(
    (jobId) => {
      // The row tells when the call began: as old as that, an answer may be.
      const at = now++;
      return new Promise((resolve, reject) => {
        const end = (error?: Error) =>
          error ? reject(error) : resolve([job({ JobID: String(at) }) as JobRow]);
        calls.push({ jobId, end, at });
      });
    },
    (ms) => new Promise((end) => pauses.push({ ms, end })),
  );
  return { queue, calls, pauses, tick: () => now++ };
}

test("a question that comes alone is answered at once, and so is the next one", async () => {
  const { queue, calls, pauses } = scene();
  for (const id of ["5", "6"]) {
    const answer = queue.ask(id);
    await turn();
    expect(calls.at(-1)?.jobId).toBe(id);
    calls.at(-1)?.end();
    await answer;
  }
  expect(calls).toHaveLength(2);
  expect(pauses).toEqual([]);
});

test("after a call for many, the next waits until more have asked", async () => {
  const { queue, calls, pauses } = scene();
  const many = Array.from({ length: 40 }, (_, id) => queue.ask(String(id)));
  await turn();
  expect(calls).toMatchObject([{ jobId: undefined }]);
  calls[0]?.end();
  await Promise.all(many);
  const later = queue.ask("5");
  await turn();
  expect(calls).toHaveLength(1);
  expect(pauses).toMatchObject([{ ms: 400 }]);
  pauses[0]?.end();
  await turn();
  expect(calls[1]?.jobId).toBe("5");
  calls[1]?.end();
  await later;
});

test("a call that fails fails those that shared it, and nobody else", async () => {
  const { queue, calls, pauses } = scene();
  const shared = [queue.ask("1"), queue.ask("2")].map((one) => one.catch(() => "failed"));
  await turn();
  calls[0]?.end(new Error("no answer"));
  expect(await Promise.all(shared)).toEqual(["failed", "failed"]);
  pauses[0]?.end();
  const next = queue.ask();
  await turn();
  calls[1]?.end();
  expect(await next).toHaveLength(1);
});

test("no answer is older than its question, each question has one, and calls never overlap", async () => {
  const act = fc.constantFrom("ask", "askAll", "end", "fail", "resume");
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      const { queue, calls, pauses, tick } = scene();
      const asked: Promise<unknown>[] = [];
      let ended = 0;
      let resumed = 0;
      const end = (error?: Error) => {
        if (ended < calls.length) calls[ended++]?.end(error);
      };
      const resume = () => {
        if (resumed < pauses.length) pauses[resumed++]?.end();
      };
      for (const one of acts) {
        if (one === "ask" || one === "askAll") {
          const at = tick();
          const answer = queue.ask(one === "ask" ? "5" : undefined).then(
            ([row]) => expect(Number(row?.JobID)).toBeGreaterThan(at),
            () => undefined,
          );
          asked.push(answer);
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

/** Jobs of a user, some of them this submission's, of each kind and with text that looks like another's. */
const jobs = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    kind: fc.constantFrom("plain", "array", "het"),
    own: fc.record(
      {
        Comment: fc.constantFrom(OWNER.comment, "", "cloud-submit:p:other", `${OWNER.comment} `),
        WorkDir: fc.constantFrom(OWNER.workDir, "/jobs/p", `${OWNER.workDir}/sub`, "/elsewhere"),
        Command: fc.constantFrom(`${OWNER.workDir}/job-aws-run.sh`, "/jobs/p/x.sh", "(null)"),
      },
      { requiredKeys: ["Comment", "WorkDir", "Command"] },
    ),
    State: fc.constantFrom("PENDING", "RUNNING", "COMPLETED", "FAILED", "COMPLETING"),
  }),
  { maxLength: 8 },
);

/** Slurm's rows of them: ids are given once. */
function rowsOf(drawn: typeof jobs extends fc.Arbitrary<infer T> ? T : never): Job[] {
  const byId = new Map(drawn.map((one) => [one.id, one]));
  return [...byId.values()].flatMap(({ id, kind, own, State }) => {
    const base = { ...own, State, Name: `n${id}` };
    const [first, second] = [String(10 * id), String(10 * id + 1)];
    if (kind === "plain") return [job({ ...base, JobID: first })];
    if (kind === "array")
      return [
        job({ ...base, JobID: second, ArrayJobID: first, ArrayTaskID: "1" }),
        job({ ...base, JobID: first, ArrayJobID: first, ArrayTaskID: "2-3", State: "PENDING" }),
      ];
    return [first, second].map((JobID) => job({ ...base, JobID, HetJobID: first }));
  });
}

test("asked by many at once, Slurm says of each job what it says when asked alone", async () => {
  await fc.assert(
    fc.asyncProperty(jobs, async (drawn) => {
      const rows = rowsOf(drawn);
      const ask = (commands: SlurmCommands) => [
        () => commands.find(OWNER),
        () => commands.activeJobs(),
        ...rows.flatMap(({ ArrayJobID: id = "" }) => [
          () => commands.tasks(id, OWNER),
          () => commands.jobsFrom(OWNER, id),
        ]),
      ];
      const slurm = () => new SlurmCommands(fakeCommands(rows).run, "1000", async () => undefined);
      const alone: unknown[] = [];
      for (const one of ask(slurm())) alone.push(await one());
      expect(await Promise.all(ask(slurm()).map((one) => one()))).toEqual(alone);
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
      async (name, args) => {
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
        expect(await commands.tasks(said.job.jobId, owner)).toMatchObject([{ state: "COMPLETED" }]);
        expect(await commands.jobsFrom(owner, said.job.jobId)).toEqual([]);
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
