import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type FindRow, findJob, jobsFrom } from "../../../../headnode/slurm/find-job.ts";
import { job, OWNER } from "../../../support/fake-squeue.ts";

const row = (values: Record<string, string>) => job(values) as FindRow;
const other = { Comment: "cloud-submit:p:s2", WorkDir: "/jobs/p/s2" };

describe("findJob", () => {
  test("knows a job by its whole comment", () => {
    const rows = [
      row({ JobID: "7", ...other }),
      row({ JobID: "8" }),
      row({ JobID: "9", ...other }),
    ];
    expect(findJob(rows, OWNER)).toEqual({ name: "x", jobId: "8" });
  });

  test("knows a job by its folder where a plugin has put another comment", () => {
    expect(findJob([row({ JobID: "8", Comment: "site: 5 EUR" })], OWNER)).toEqual({
      name: "x",
      jobId: "8",
    });
  });

  test("knows a job by its script, whatever arguments that has, where a plugin has changed all else", () => {
    const changed = { JobID: "8", Comment: "site", WorkDir: "/scratch" };
    const found = (Command: string) => findJob([row({ ...changed, Command })], OWNER)?.jobId;
    expect(found("/jobs/p/s/job-aws-run.sh")).toBe("8");
    expect(found("/jobs/p/s/job-aws-run.sh a /jobs/p/s2/job-aws-run.sh b")).toBe("8");
    expect(found("/jobs/p/s2/job-aws-run.sh /jobs/p/s/job-aws-run.sh")).toBeUndefined();
    expect(found("/jobs/p/s/job-aws-run.sh.old")).toBeUndefined();
  });

  test("a comment that only holds the words is not this one", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        fc.pre(before + after !== "");
        const Comment = `${before}${OWNER.comment}${after}`;
        expect(findJob([row({ Comment, WorkDir: "/other" })], OWNER)).toBeUndefined();
      }),
    );
  });

  test("of an array, tells the tasks that Slurm shows, and which of them wait", () => {
    const rows = [
      row({ JobID: "8", ArrayJobID: "7", ArrayTaskID: "1", State: "RUNNING" }),
      row({ JobID: "7", ArrayTaskID: "2-5,9%1", State: "PENDING" }),
    ];
    const array = { tasks: "1-5,9", waiting: "2-5,9" };
    expect(findJob(rows, OWNER)).toEqual({ name: "x", jobId: "7", array });
  });

  test("a heterogeneous job is known by its first component", () => {
    const rows = [
      row({ JobID: "14", HetJobID: "13", Comment: "" }),
      row({ JobID: "13", HetJobID: "13", Comment: "" }),
    ];
    expect(findJob(rows, OWNER)).toEqual({ name: "x", jobId: "13" });
  });

  test("a job that this one submitted from its folder is not taken for it", () => {
    const rows = [row({ JobID: "9", Comment: "" }), row({ JobID: "8", Comment: "" })];
    expect(findJob(rows, OWNER)).toEqual({ name: "x", jobId: "8" });
    expect(jobsFrom(rows, OWNER, "8")).toEqual(["9"]);
  });
});

test("jobs from the folder and from below it are named, others are not", () => {
  const rows = [
    row({ JobID: "30", Comment: "", WorkDir: `${OWNER.workDir}/step2` }),
    row({ JobID: "4", Comment: "" }),
    row({ JobID: "5" }),
    row({ JobID: "6", Comment: "", WorkDir: `${OWNER.workDir}2` }),
  ];
  expect(jobsFrom(rows, OWNER, "5")).toEqual(["4", "30"]);
});
