import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { writeClosing } from "../../../../bucket/job-objects/closing.ts";
import { CLOSING_MAX_BYTES, OPEN_MS } from "../../../../protocol/open-submission.ts";
import { submittedWorld } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import { openScene, SCENE_KEY } from "../../../support/open-scene.ts";

const from = (prefix: string, more = {}) => ({
  prefix,
  path: "",
  where: ".",
  readKey: SCENE_KEY,
  ...more,
});

describe("an open submission", () => {
  test("has its job held until the closing object is there, which brings its last files", async () => {
    const { w, ...s } = openScene({ patient: true });
    await w.start();
    await s.submit("A", { "in.txt": "first", "job.submitted": "1" });
    await s.submitted("A");
    expect(w.slurm.calls).toEqual([{ keepBack: "date", arguments: [] }]);
    expect(w.record("A")?.slurm?.jobId).toBe("1");
    await w.someRounds();
    expect(w.slurm.released).toEqual([]);
    await s.close("A", { "in.txt": "later", "deep/new.txt": "new", "job-aws-run.sh": "#!/bin/no" });
    await s.released("A");
    expect(s.file("A", "in.txt")).toBe("later");
    expect(s.file("A", "deep/new.txt")).toBe("new");
    expect(s.file("A", "job-aws-run.sh")).toBe("#!/bin/sh\n");
    writeFileSync(join(s.folder("A"), "made"), "x");
    await s.end("A");
    // A file that has come late is an input, too.
    expect(s.results("A")).toEqual(["made"]);
    expect(w.record("A")).toMatchObject({ outcome: "completed", stageIn: { files: 5 } });
    expect(w.record("A")?.notes).toBeUndefined();
    expect(w.record("A")?.error).toBeUndefined();
  });

  test("that closes with nothing is released, and the closing object is read once", async () => {
    const { w, ...s } = openScene();
    await w.start();
    await writeClosing(w.store, "A", { submission: "A-1", inputs: [] });
    let reads = 0;
    w.store.before = (operation, key) => {
      if (operation === "get" && key === "A/job-aws-closing.json") reads += 1;
    };
    await s.submit("A");
    await s.end("A");
    expect(reads).toBe(1);
    expect(w.slurm.released).toEqual(["1"]);
  });

  test("that nobody closes is released after its time, and says so", async () => {
    const { w, ...s } = openScene();
    let looks = 0;
    w.store.before = (operation, key) => {
      if (operation === "get" && key === "A/job-aws-closing.json") looks += 1;
    };
    await w.start();
    await s.submit("A");
    await s.end("A");
    expect(w.record("A")?.notes).toEqual([
      { code: "closing-not-seen", values: { seconds: "120" } },
    ]);
    expect(looks).toBeGreaterThan(30);
    // Each comparison with Slurm is a look, too, and this world's agent makes one every 20 ms.
    expect(looks).toBeLessThanOrEqual(2 * (3 + OPEN_MS / 2000));
  });

  const forged: [string, string][] = [
    ["of another submission", '{"version":1,"submission":"B-1","inputs":[]}'],
    ["that is no JSON", "{"],
    [
      "that is too long",
      '{"version":1,"submission":"A-1","inputs":[]}'.padEnd(CLOSING_MAX_BYTES + 1),
    ],
  ];
  test.each(forged)("with a closing object %s has none", async (_name, text) => {
    const { w, ...s } = openScene();
    await w.store.put("A/job-aws-closing.json", text);
    await w.start();
    await s.submit("A");
    await s.end("A");
    expect(w.record("A")?.notes).toMatchObject([{ code: "closing-not-seen" }]);
  });

  test("whose last files have changed since never runs", async () => {
    const { w, ...s } = openScene({ patient: true });
    w.store.keepsVersions = false;
    await w.start();
    await s.submit("A", { "in.txt": "x" });
    await s.submitted("A");
    const input = await s.put("A", "late", "1");
    await s.put("A", "late", "2");
    await writeClosing(w.store, "A", { submission: "A-1", inputs: [input] });
    await s.untilCancelled("A");
    expect(w.state("A")).toBe("JOB_ERROR");
    expect(w.record("A")).toMatchObject({
      outcome: "rejected",
      error: { code: "inputs-changed" },
      slurm: { jobId: "1", state: "CANCELLED" },
    });
    expect(w.slurm.released).toEqual([]);
    expect(s.results("A")).toEqual([]);
  });

  test("gets no object of others by its closing object", async () => {
    const { w, ...s } = openScene({ patient: true });
    await w.store.put("other/secret", "s", { metadata: { "read-key": SCENE_KEY } });
    await w.start();
    await s.submit("A");
    await s.submitted("A");
    const { etag } = w.store.objects.get("other/secret")!;
    const source = { key: "other/secret", readKey: "not-the-key-of-that-object" };
    const inputs = [{ path: "mine", size: 1, etag, source }];
    await writeClosing(w.store, "A", { submission: "A-1", inputs });
    await s.untilCancelled("A");
    expect(w.record("A")?.error?.code).toBe("inputs-changed");
  });

  test("is cancelled while it is held", async () => {
    const { w, ...s } = openScene({ patient: true });
    await w.start();
    await s.submit("A");
    await s.submitted("A");
    await w.ask("A", "JOB_CANCEL");
    await s.untilCancelled("A");
    expect(w.state("A")).toBe("JOB_COMPLETE");
    expect(w.record("A")).toMatchObject({ outcome: "cancelled" });
    expect(w.record("A")?.error).toBeUndefined();
    expect(w.slurm.released).toEqual([]);
  });

  test("whose job somebody has released on the cluster is left alone", async () => {
    const { w, ...s } = openScene({ patient: true });
    await w.start();
    await s.submit("A", { "in.txt": "first" });
    await s.submitted("A");
    w.slurm.ends.set("1", [task("RUNNING")]);
    // The record does not tell of a job that is younger.
    w.skip(6_000);
    await s.close("A", { "in.txt": "later" });
    await w.until(() => w.record("A")?.slurm?.state === "RUNNING");
    expect(s.file("A", "in.txt")).toBe("first");
    w.end("1", { ...task("COMPLETED"), nodes: "n" });
    await w.until(() => w.state("A") === "JOB_COMPLETE");
  });

  test("whose job Slurm does not release stays, as an administrator wants it", async () => {
    const { w, ...s } = openScene();
    w.slurm.notReleased = "Access/permission denied for job 1";
    const warned: unknown[] = [];
    w.onLog = ({ level, error }) => void (level === "warn" && warned.push(error));
    await w.start();
    await s.submit("A");
    await s.close("A");
    await w.until(() => warned.includes("Access/permission denied for job 1"));
    w.end("1", task("CANCELLED"));
    await w.until(() => w.state("A") === "JOB_COMPLETE");
  });

  test("whose options name no jobs is refused as any other", async () => {
    const { w, ...s } = openScene();
    await w.start();
    await s.submit("A", {}, {}, { after: "a,,b" });
    await w.until(() => w.state("A") === "JOB_ERROR");
    expect(w.record("A")?.error?.code).toBe("bad-option");
  });
});

describe("an open submission after others", () => {
  test("has its id at once, and begins with their results", async () => {
    const { w, ...s } = openScene();
    await w.start();
    await s.submit("A", { "data.txt": "old" });
    await s.close("A");
    await s.submit("B", { "data.txt": "old", own: "b" }, { from: [from("A")] }, { after: "A@A-1" });
    await s.submitted("B");
    await s.close("B", { late: "l" });
    await w.until(() => w.record("B")?.waitsFor !== undefined);
    await s.released("A");
    expect(w.slurm.released).toEqual([s.idOf("A")]);
    writeFileSync(join(s.folder("A"), "data.txt"), "new");
    writeFileSync(join(s.folder("A"), "made.txt"), "made");
    await s.end("A");
    await s.released("B");
    expect(["data.txt", "made.txt", "own", "late"].map((path) => s.file("B", path))).toEqual([
      "new",
      "made",
      "b",
      "l",
    ]);
    await s.end("B");
    expect(s.results("B")).toEqual([]);
    const { waitsFor, times } = w.record("B")!;
    expect(waitsFor).toBeUndefined();
    expect(times.released! >= w.record("A")!.times.final!).toBe(true);
  });

  test("that made nothing begins all the same, and one that is not there is told of", async () => {
    const { w, ...s } = openScene();
    await w.start();
    await s.submit("A");
    await s.close("A");
    await s.submit("B", {}, { from: [from("A")] }, { after: "A@A-1" });
    await s.submit("C", {}, { from: [from("A", { path: "x" })] }, { after: "A@A-1" });
    for (const one of ["B", "C"]) await s.close(one);
    await s.end("A");
    await s.released("B");
    await s.untilCancelled("C");
    expect(w.record("C")).toMatchObject({ outcome: "rejected", error: { code: "inputs-changed" } });
  });

  test("that end in another way never runs, and what waits for it follows", async () => {
    const { w, ...s } = openScene();
    await w.start();
    await s.submit("A");
    await s.close("A");
    await s.submit("B", {}, {}, { after: "A@A-1" });
    await s.submit("C", {}, {}, { after: "B:failed@B-1" });
    await s.submit("D", {}, {}, { after: "B@B-1" });
    for (const one of ["B", "C", "D"]) await s.close(one);
    await s.end("A", "FAILED");
    await s.untilCancelled("B");
    expect(w.state("B")).toBe("JOB_ERROR");
    expect(w.record("B")?.error?.message).toContain("A (submission A-1)");
    await s.untilCancelled("D");
    await s.released("C");
    expect(w.slurm.released).not.toContain(s.idOf("B"));
    for (const one of ["B", "D"])
      expect(w.record(one)).toMatchObject({
        outcome: "rejected",
        error: { code: "dependency-failed" },
      });
  });

  test("that wait for each other end", async () => {
    const { w, ...s } = openScene({ patient: true });
    for (const [one, other] of [
      ["A", "B"],
      ["B", "A"],
    ] as const)
      await s.submit(one, {}, {}, { after: `${other}@${other}-1` });
    await w.start();
    await w.until(() => {
      for (const id of w.slurm.cancelled) w.slurm.ends.set(id, [task("CANCELLED")]);
      return ["A", "B"].every((one) => w.state(one) === "JOB_ERROR");
    });
    expect(w.slurm.released).toEqual([]);
  });

  test("is released 2 minutes after the last of them, when nobody closes it", async () => {
    const { w, ...s } = openScene();
    await w.start();
    await s.submit("A");
    await s.close("A");
    await s.submit("B", {}, {}, { after: "A@A-1" });
    await s.submitted("B");
    w.skip(2 * OPEN_MS);
    await s.end("A");
    const ended = Date.parse(w.record("A")!.times.final!);
    await s.end("B");
    expect(w.record("B")?.notes).toMatchObject([{ code: "closing-not-seen" }]);
    expect(Date.parse(w.record("B")!.times.ended!) - ended).toBeGreaterThan(OPEN_MS);
  });

  test("whose job begins all the same while it is to be cancelled ends as any other", async () => {
    const { w, ...s } = openScene();
    await w.start();
    await s.submit("A");
    await s.close("A");
    await s.submit("B", {}, {}, { after: "A@A-1" });
    await s.submitted("B");
    await s.end("A", "FAILED");
    await w.until(() => w.slurm.cancelled.includes(s.idOf("B")));
    w.end(s.idOf("B"), { ...task("CANCELLED"), nodes: "node-1" });
    await w.until(() => w.state("B") === "JOB_COMPLETE");
    expect(w.record("B")).toMatchObject({
      outcome: "cancelled",
      error: { code: "dependency-failed" },
    });
  });
});

test("a submission that is not open costs what it did: no look for a closing object, no hold, no release", async () => {
  const { w } = await submittedWorld();
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.slurm.calls).toEqual([{ keepBack: undefined, arguments: [] }]);
  expect(w.slurm.released).toEqual([]);
});
