import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
import { submittedWorld, world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

/** Asks for a run of job1, as a client does. */
const ask = (w: ReturnType<typeof world>) => w.ask("job1", "FILE_UPLOAD");

describe("an object that S3 refuses to give", () => {
  const refused = (name: string, status: number, message = name) =>
    new S3Error(name, message, { status });

  test.each([
    ["archived", refused("InvalidObjectState", 403)],
    ["written with a customer's key", refused("InvalidRequest", 400)],
    ["the same, as a HEAD tells it", refused("BadRequest", 400)],
    ["denied by a policy, or by KMS", refused("AccessDenied", 403)],
    ["whose key in KMS is off", refused("KMS.DisabledException", 400)],
    ["a marker of a removal", refused("MethodNotAllowed", 405)],
  ])("%s: JOB_ERROR at once, with the key, and no further try", async (_, error) => {
    const w = world();
    await w.start();
    await w.upload("job1", { "job-aws-run.sh": "#!/bin/sh\n", "in/data.bin": "1" });
    let tries = 0;
    w.store.before = (operation, key) => {
      if (operation !== "getFile" || key !== "job1/in/data.bin") return;
      tries += 1;
      throw error;
    };
    await ask(w);
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({
      outcome: "rejected",
      error: { code: "stage-in-failed", message: expect.stringContaining("job1/in/data.bin") },
    });
    expect(w.record("job1")?.error?.message).toContain(error.name);
    expect([tries, w.slurm.submitted]).toEqual([2, []]);
  });

  test.each([
    ["for now", refused("SlowDown", 503)],
    ["for now, in words for a refusal", refused("ThrottlingException", 400)],
    ["with credentials that have expired", refused("ExpiredToken", 400)],
    ["after a break", new S3Error("NetworkError", "reset")],
  ])("%s is asked for again", async (_, error) => {
    const w = world();
    await w.start();
    await w.upload("job1");
    let left = 5;
    w.store.before = (operation) => {
      if (operation === "getFile" && left-- > 0) throw error;
    };
    await ask(w);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });

  test("as all others, to a role that is not known everywhere yet: it is tried again", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    let left = 7;
    let knows = true;
    w.store.before = (operation, key) => {
      if (operation === "list") knows = false;
      if (knows || key.startsWith(".cloud-submit/") || left-- <= 0) return;
      throw refused("AccessDenied", 403);
    };
    await ask(w);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });

  test("for a whole day ends in JOB_ERROR with what it said", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    w.store.before = (operation) => {
      if (operation === "list") throw refused("AccessDenied", 403, "no s3:ListBucket");
    };
    await ask(w);
    await w.someRounds();
    w.skip(25 * 3_600_000);
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")?.error).toMatchObject({
      code: "stage-in-failed",
      message: expect.stringContaining("no s3:ListBucket"),
    });
  });
});

test("a result that S3 refuses to take is named, and the others come", async () => {
  const { w, version } = await submittedWorld();
  w.store.before = (operation, key) => {
    if (operation === "put" && key === "job1/denied.exe")
      throw new S3Error("AccessDenied", "Access Denied", { status: 403 });
  };
  for (const name of ["denied.exe", "result"])
    writeFileSync(join(w.workRoot, "job1", version, name), "42");
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.store.text("job1/result")).toBe("42");
  expect(w.record("job1")?.stageOut).toMatchObject({
    verdict: "partial",
    files: 1,
    skipped: [{ path: "denied.exe", code: "object-refused" }],
  });
});

test("a folder in place of the job script is no script", async () => {
  const w = world();
  await w.start();
  await w.upload("job1", { "job-aws-run.sh/x": "" });
  await ask(w);
  await w.until(() => w.state("job1") === "JOB_ERROR");
  expect(w.record("job1")?.error?.code).toBe("no-script");
});

test("a thousand folders inside one another are named once, and the job ends with its other results", async () => {
  const { w, version } = await submittedWorld();
  const work = join(w.workRoot, "job1", version);
  const deep = join(work, ...Array.from({ length: 1000 }, () => "d"));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, "bottom"), "x");
  writeFileSync(join(work, "result"), "42");
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.store.text("job1/result")).toBe("42");
  const { skipped, skippedCount } = w.record("job1")?.stageOut ?? { skipped: [] };
  expect(skippedCount).toBe(1);
  expect(skipped).toMatchObject([
    { path: expect.stringMatching(/^d(\/d)+$/), code: "key-too-long" },
  ]);
  const [named] = skipped;
  // The first folder that is too long for a key: what is above it has room.
  expect(`job1/${named?.path}/`.length).toBeGreaterThan(1024);
  expect(`job1/${named?.path}/`.length).toBeLessThanOrEqual(1026);
});

test.each(["ENOSPC", "EDQUOT"])(
  "a disk that job data have filled (%s): JOB_ERROR says so at once, and it is staged no second time",
  async (code) => {
    const w = world();
    await w.start();
    await w.upload("job1");
    let tries = 0;
    w.store.before = (operation) => {
      if (operation !== "getFile") return;
      tries += 1;
      throw Object.assign(new Error(`${code}: no space, write`), { code, syscall: "write" });
    };
    await ask(w);
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")?.error).toMatchObject({
      code: "stage-in-failed",
      message: expect.stringContaining("disk is full"),
    });
    expect([tries, w.slurm.submitted]).toEqual([1, []]);
  },
);
