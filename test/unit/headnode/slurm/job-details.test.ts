import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { detailsOfRow } from "../../../../headnode/slurm/job-details.ts";
import { JOB_FIELDS, type JobRow } from "../../../../headnode/slurm/job-rows.ts";
import { JobTable } from "../../../../headnode/slurm/job-table.ts";
import { boardJobSchema } from "../../../../protocol/board.ts";
import { job, OWNER } from "../../../support/fake-squeue.ts";

const row = (values: Record<string, string> = {}) => job(values) as JobRow;

test("tells what squeue shows of a job", () => {
  const table = new JobTable([row({ Account: "a" })]);
  expect(table.details("5", OWNER)).toEqual({
    name: "x",
    user: "u",
    partition: "main",
    account: "a",
    qos: "normal",
    priority: 4_294_901_759,
    nodeCount: 1,
    cpus: 2,
    memory: "1G",
    timeLimit: "1:00:00",
    submittedAt: "2026-11-28T16:55:30.000Z",
  });
  expect(table.details("6", OWNER)).toBeUndefined();
});

test("leaves out what is not there, or is no number", () => {
  const odd = {
    Account: "(null)",
    QOS: "N/A",
    PriorityLong: "many",
    SubmitTime: "N/A",
    UserName: "",
  };
  const { account, qos, priority, submittedAt, user } = detailsOfRow(row(odd));
  expect([account, qos, priority, submittedAt, user]).toEqual(Array(5).fill(undefined));
});

test("whatever is in a row, a board can hold it", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("1e9", "-1", "9".repeat(30)),
  );
  const values = fc.record(Object.fromEntries(JOB_FIELDS.map((field) => [field, text])));
  const job1 = { submission: "s", state: "PENDING", final: false };
  fc.assert(
    fc.property(values, (fields) => {
      const details = detailsOfRow(row(fields));
      expect(boardJobSchema.parse({ ...job1, ...details })).toMatchObject(details);
    }),
  );
});
