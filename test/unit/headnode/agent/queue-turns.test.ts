import { describe, expect, test } from "@jest/globals";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

describe("what is pending", () => {
  test("a command's own request does not wait for others that are slow to be taken", async () => {
    const w = world();
    for (let at = 0; at < 40; at++) await w.claim(`slow${at}`, "FILE_UPLOAD");
    let isHeld = false;
    w.store.before = (operation, key) => {
      if (operation !== "get" || !key.startsWith("slow")) return;
      isHeld = true;
      return new Promise<never>(() => undefined);
    };
    await w.start();
    await w.until(() => isHeld);
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });

  test("of one prefix is its last FILE_UPLOAD: an earlier one that nobody has taken is told of", async () => {
    const w = world();
    await w.start();
    await w.someRounds();
    await w.upload("job1");
    await w.claim("job1", "FILE_UPLOAD", { submission: "first" });
    await w.claim("job1", "FILE_UPLOAD", { submission: "second" });
    for (const prefix of ["job2", "job3"]) {
      await w.upload(prefix);
      await w.ask(prefix, "FILE_UPLOAD");
    }
    await w.until(() => w.slurm.submitted.length === 3);
    expect(w.slurm.submitted.filter((one) => one.includes("job1"))).toEqual([
      "cloud-submit:job1:second",
    ]);
    await w.until(() => w.left().every((key) => !key.includes("first")));
    await w.until(() => w.record("job1")?.refused !== undefined);
    expect(w.record("job1")?.refused).toMatchObject([
      { submission: "first", code: "request-replaced" },
    ]);
  });

  test("a cancel, and the run that it cancels: no job is submitted", async () => {
    const w = world();
    await w.upload("job1");
    await w.claim("job1", "FILE_UPLOAD", { submission: "s1" });
    await w.claim("job1", "JOB_CANCEL", { cancels: "s1" });
    await w.start();
    await w.until(() => w.state("job1") === "JOB_ERROR" && w.left().length === 0);
    expect(w.record("job1")).toMatchObject({ submission: "s1", outcome: "cancelled" });
    expect(w.slurm.submitted).toEqual([]);
  });

  test("a run that was asked for after a cancel is not what it cancels", async () => {
    const w = world();
    await w.upload("job1");
    await w.claim("job1", "JOB_CANCEL");
    await w.claim("job1", "FILE_UPLOAD", { submission: "s2" });
    await w.start();
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toEqual(["cloud-submit:job1:s2"]);
  });

  test("a job's marker is there until its final state is, and no longer", async () => {
    const w = world({ lookMs: 20 });
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    await w.someRounds();
    expect(w.left()).toHaveLength(1);
    let isEarly = false;
    w.store.before = (operation) => {
      if (operation === "deleteMany") isEarly ||= w.state("job1") !== "JOB_COMPLETE";
    };
    w.end("1", task("COMPLETED"));
    await w.until(() => w.left().length === 0);
    expect(isEarly).toBe(false);
  });

  test("one who asks for many does not hold up the one request of another", async () => {
    const w = world();
    for (let at = 0; at < 60; at++) {
      await w.upload(`many${at}`);
      await w.claim(`many${at}`, "FILE_UPLOAD", { submitter: "ada@desk" });
    }
    await w.upload("one");
    await w.claim("one", "FILE_UPLOAD", { submitter: "bob@desk" });
    await w.start();
    await w.until(() => w.slurm.submitted.length === 61);
    const at = w.slurm.submitted.findIndex((comment) => comment.includes(":one:"));
    expect(at).toBeLessThan(12);
  });
});
