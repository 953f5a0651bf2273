import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { currentOf } from "../../../../headnode/slurm/current.ts";
import { findJob, idOfRow, isOwn, jobsFrom } from "../../../../headnode/slurm/find-job.ts";
import { type JobRow, taskOfRow } from "../../../../headnode/slurm/job-rows.ts";
import { isEnded } from "../../../../headnode/slurm/job-state.ts";
import { JobTable } from "../../../../headnode/slurm/job-table.ts";
import { job, OWNER } from "../../../support/fake-squeue.ts";

/** Rows of jobs of each kind, with text that looks like another's. */
const drawn = fc.array(
  fc
    .record({
      id: fc.integer({ min: 10, max: 14 }),
      kind: fc.constantFrom("plain", "task", "waiting", "component"),
      of: fc.integer({ min: 10, max: 14 }),
      Comment: fc.constantFrom(
        OWNER.comment,
        "",
        "cloud-submit:p:other",
        `${OWNER.comment} `,
        "__proto__",
      ),
      WorkDir: fc.constantFrom(
        ...["", "/", "/sub", "/sub/x", "//y", "-x", "0", "/../other"].map(
          (end) => OWNER.workDir + end,
        ),
        "/jobs/p",
        "/elsewhere",
        "",
        "\u{10ffff}",
      ),
      Command: fc.constantFrom(`${OWNER.workDir}/job-aws-run.sh`, "/jobs/p/x.sh", "(null)"),
      State: fc.constantFrom("PENDING", "RUNNING", "COMPLETED", "FAILED", "COMPLETING", "REQUEUED"),
      Reason: fc.constantFrom("None", "Resources"),
      Name: fc.constantFrom("a", "b"),
    })
    .map(({ id, kind, of, ...values }): JobRow => {
      const JobID = String(id);
      const ids = {
        plain: {},
        task: { ArrayJobID: String(of), ArrayTaskID: String(id - 10) },
        waiting: { ArrayJobID: JobID, ArrayTaskID: "5-7%2" },
        component: { HetJobID: String(of) },
      }[kind];
      return job({ JobID, ...values, ...ids }) as JobRow;
    }),
  { maxLength: 12 },
);

/** The same answers by looking at each row, as one call of squeue for each question gave them. */
const alone = {
  tasks(rows: JobRow[], jobId: string) {
    const shown = rows.filter((row) => row.JobID === jobId || row.ArrayJobID === jobId);
    const own = shown.filter((row) => isOwn(row, OWNER));
    const isHet = own.some(({ HetJobID }) => HetJobID === jobId);
    return (isHet ? rows.filter(({ HetJobID }) => HetJobID === jobId) : own).map(taskOfRow);
  },
  active(rows: JobRow[]) {
    const open = rows.filter(({ State }) => !isEnded({ state: State }));
    const ids = [...new Set(open.map(idOfRow))];
    return new Map(
      ids.map((id) => {
        const one = currentOf(
          open
            .filter((row) => idOfRow(row) === id)
            .map(({ State: state, Reason: reason }) => ({ state, reason })),
        );
        return [id, one];
      }),
    );
  },
  runningTasks(rows: JobRow[]) {
    const running = rows.filter(
      ({ State, ArrayTaskID }) => /^(RUNNING|COMPLETING)$/.test(State) && /^\d+$/.test(ArrayTaskID),
    );
    return new Map(
      running.map(({ ArrayJobID: id }) => [
        id,
        new Set(
          running.filter((row) => row.ArrayJobID === id).map((row) => Number(row.ArrayTaskID)),
        ),
      ]),
    );
  },
};

test("one table answers for each job as a call of its own did", () => {
  fc.assert(
    fc.property(drawn, (rows) => {
      const table = new JobTable(rows);
      expect(table.find(OWNER)).toEqual(findJob(rows, OWNER));
      expect(table.active()).toEqual(alone.active(rows));
      expect(table.runningTasks()).toEqual(alone.runningTasks(rows));
      for (const id of ["10", "11", "12", "13", "14"]) {
        expect(table.tasks(id, OWNER)).toEqual(alone.tasks(rows, id));
        expect(table.jobsFrom(OWNER, id)).toEqual(jobsFrom(rows, OWNER, id));
      }
    }),
    { numRuns: 500 },
  );
});

test("a question costs no look at the rows of others", () => {
  let reads = 0;
  const counted = (id: number): JobRow => {
    const [Comment, WorkDir] = [`cloud-submit:p${id}:s`, `/jobs/p${id}/s`];
    const row = job({ JobID: String(id), Comment, WorkDir, State: "COMPLETED" }) as JobRow;
    return new Proxy(row, {
      get(target, name) {
        reads += 1;
        return Reflect.get(target, name);
      },
    });
  };
  const table = new JobTable(Array.from({ length: 2_000 }, (_, id) => counted(id)));
  const ask = (id: number) => {
    const owner = { comment: `cloud-submit:p${id}:s`, workDir: `/jobs/p${id}/s` };
    expect(table.find(owner)).toMatchObject({ jobId: String(id) });
    expect(table.tasks(String(id), owner)).toHaveLength(1);
    expect(table.jobsFrom(owner, String(id))).toEqual([]);
  };
  ask(0);
  reads = 0;
  for (let id = 0; id < 100; id++) ask(id);
  expect(reads / 100).toBeLessThan(120);
});
