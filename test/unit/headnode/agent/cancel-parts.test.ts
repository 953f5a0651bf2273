import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { submittedWorld, world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

const own = { submission: "s1" };
const part = (metadata: Record<string, string>) => ({ cancels: "s1", ...metadata });

describe("a JOB_CANCEL for a part of a job", () => {
  test("is done for the job that it names, which goes on", async () => {
    const { w } = await submittedWorld({ metadata: own });
    await w.ask("job1", "JOB_CANCEL", part({ tasks: "3,5-7" }));
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    await w.ask("job1", "JOB_CANCEL", part({ signal: "USR1" }));
    await w.until(() => w.slurm.parts.length === 2 && w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.parts).toEqual([
      { jobId: "1", submission: "s1", tasks: "3,5-7" },
      { jobId: "1", submission: "s1", signal: "USR1" },
    ]);
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect([w.slurm.cancelled, w.record("job1")?.outcome]).toEqual([[], "completed"]);
  });

  test.each([
    ["for another submission", { cancels: "s0", tasks: "1" }, "part-not-cancelled"],
    ["that names none", { tasks: "1" }, "part-unreadable"],
    ["that cannot be read", part({ signal: "TERM;id" }), "part-unreadable"],
  ])("%s does nothing, and the record says so", async (_what, metadata, code) => {
    const { w } = await submittedWorld({ metadata: own });
    await w.ask("job1", "JOB_CANCEL", metadata);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.record("job1")?.notes).toMatchObject([{ code }]);
    expect([w.slurm.parts, w.slurm.cancelled]).toEqual([[], []]);
  });

  test("that Slurm refuses is noted with its words", async () => {
    const { w } = await submittedWorld({ metadata: own });
    w.slurm.refusePart = "scancel: error: no";
    await w.ask("job1", "JOB_CANCEL", part({ tasks: "9" }));
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.record("job1")?.notes?.[0]?.values).toEqual({
      part: "tasks 9",
      why: "scancel: error: no",
    });
  });

  test("before Slurm has the job puts its FILE_UPLOAD back, as it was", async () => {
    const w = world();
    let isAway = true;
    w.slurm.onSubmit = () => {
      if (isAway) throw new Error("Socket timed out");
    };
    await w.start();
    await w.upload("job1");
    const metadata = { ...own, "sbatch-options": '["--nodes=2"]' };
    await w.ask("job1", "FILE_UPLOAD", metadata);
    await w.until(() => !w.isPutAside("job1"));
    await w.ask("job1", "JOB_CANCEL", part({ tasks: "1" }));
    await w.until(() => w.state("job1") === "FILE_UPLOAD");
    expect(w.store.objects.get("job1/job-aws-stat.txt")?.metadata).toEqual(metadata);
    isAway = false;
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.notes).toMatchObject([{ code: "part-not-cancelled" }]);
    expect(w.slurm.cancelled).toEqual([]);
  });

  test("over a FILE_UPLOAD that has not come in puts that back, and it comes in", async () => {
    const w = world();
    await w.upload("job1");
    const { submission } = await w.claim("job1", "FILE_UPLOAD", own);
    await w.claim("job1", "JOB_CANCEL", part({ signal: "9" }));
    await w.start();
    await w.until(() => w.slurm.submitted.length === 1);
    w.end("1", task("COMPLETED"));
    w.deliver("job1", submission);
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.slurm.cancelled).toEqual([]);
  });

  test("after the end of the job puts its final state back", async () => {
    const { w } = await submittedWorld({ metadata: own });
    w.end("1", task("COMPLETED"));
    await w.until(() => w.isPutAside("job1"));
    await w.ask("job1", "JOB_CANCEL", part({ tasks: "1" }));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.slurm.parts).toEqual([]);
  });

  test("of a job that the journal has lost is done, and cancels no more than that", async () => {
    const { w, agent } = await submittedWorld({ metadata: own });
    agent.kill();
    w.loseJournal();
    await w.claim("job1", "JOB_CANCEL", part({ tasks: "2" }));
    await w.start();
    await w.until(() => w.slurm.parts.length === 1 && w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.cancelled).toEqual([]);
  });

  test("whatever its metadata hold, the job is not cancelled, and no other one's id is named", async () => {
    const { w } = await submittedWorld({ metadata: own });
    const ascii = fc.string({ unit: fc.constantFrom(..."0123456789-,_[]%;$()sTERM ".split("")) });
    const hostile = fc.record({ tasks: ascii, signal: ascii }, { requiredKeys: ["tasks"] });
    for (const metadata of fc.sample(hostile, 20)) {
      await w.ask("job1", "JOB_CANCEL", part(metadata));
      await w.until(() => w.state("job1") === "JOB_SUBMIT");
    }
    expect(w.slurm.cancelled).toEqual([]);
    for (const { jobId, tasks = "1" } of w.slurm.parts)
      expect([jobId, tasks]).toEqual(["1", expect.stringMatching(/^[\d,-]+$/)]);
  });
});
