import { describe, expect, test } from "@jest/globals";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

type World = ReturnType<typeof world>;

/** Uploads a job and asks for it, after others. Returns its submission. */
async function submit(w: World, prefix: string, after?: string, submission = `${prefix}-1`) {
  await w.upload(prefix);
  return w.ask(prefix, "FILE_UPLOAD", { submission, ...(after !== undefined && { after }) });
}

/** Whether Slurm was ever given a job of the prefix. */
const ran = (w: World, prefix: string) => timesRun(w, prefix) > 0;
const timesRun = (w: World, prefix: string) =>
  w.slurm.submitted.filter((comment) => comment.includes(`:${prefix}:`)).length;

async function end(w: World, prefix: string, state = "COMPLETED") {
  await w.until(() => w.state(prefix) === "JOB_SUBMIT");
  const at = w.slurm.submitted.findLastIndex((comment) => comment.includes(`:${prefix}:`));
  w.end(String(at + 1), task(state));
}

const isOver = (w: World, prefix: string) =>
  ["JOB_COMPLETE", "JOB_ERROR"].includes(w.state(prefix) ?? "");

const waits = (w: World, prefix: string) => w.record(prefix)?.waitsFor;

describe("each condition, and each end", () => {
  test.each([
    ["ok", "COMPLETED", true],
    ["ok", "FAILED", false],
    ["ok", "TIMEOUT", false],
    ["any", "COMPLETED", true],
    ["any", "CANCELLED", true],
    ["any", "OUT_OF_MEMORY", true],
    ["failed", "COMPLETED", false],
    ["failed", "FAILED", true],
    ["failed", "NODE_FAIL", true],
  ])("after A:%s, A ends as %s: B runs: %p", async (condition, state, runs) => {
    const w = world();
    await w.start();
    await submit(w, "A");
    await submit(w, "B", `A:${condition}`);
    await w.until(() => waits(w, "B") !== undefined);
    expect(w.record("B")).toMatchObject({
      state: "FILE_UPLOAD",
      waitsFor: [{ prefix: "A", submission: "A-1", condition }],
    });
    expect(w.state("B")).toBe("FILE_UPLOAD");
    await end(w, "A", state);
    if (runs) await end(w, "B");
    await w.until(() => isOver(w, "B"));
    expect(ran(w, "B")).toBe(runs);
    const { waitsFor, outcome, error, times } = w.record("B")!;
    expect(waitsFor).toBeUndefined();
    if (runs) {
      expect(outcome).toBe("completed");
      expect(times.released! >= w.record("A")!.times.final!).toBe(true);
    } else {
      expect([outcome, error?.code]).toEqual(["rejected", "dependency-failed"]);
      expect(error?.message).toContain("A (submission A-1)");
      expect(error?.message).toContain(`ended as ${w.record("A")?.outcome}`);
    }
  });

  test("after one that ended before: at once, by the run that the request names or the last one", async () => {
    const w = world();
    await w.start();
    for (const [run, state] of [["first", "COMPLETED"] as const, ["second", "FAILED"] as const]) {
      await submit(w, "A", undefined, run);
      await w.until(() => timesRun(w, "A") === (run === "first" ? 1 : 2));
      await end(w, "A", state);
      await w.until(() => isOver(w, "A") && w.record("A")?.submission === run);
      await w.until(() => w.isPutAside("A"));
    }
    await submit(w, "B", "A@first");
    await submit(w, "C", "A");
    await submit(w, "D", "A:failed");
    await w.until(() => ran(w, "B") && ran(w, "D") && isOver(w, "C"));
    expect(w.record("C")?.error?.message).toContain("A (submission second)");
    expect(w.record("B")?.waitsFor).toBeUndefined();
  });

  test("a job that was refused by sbatch or had no script counts as failed", async () => {
    const w = world();
    await w.start();
    await w.upload("A", { data: "x" });
    await submit(w, "B", "A:failed@A-1");
    await w.ask("A", "FILE_UPLOAD", { submission: "A-1" });
    await w.until(() => w.state("B") === "JOB_SUBMIT");
    expect(w.record("A")?.error?.code).toBe("no-script");
  });
});

describe("several jobs", () => {
  test("a diamond: the last one waits for both, and the record tells for which it still waits", async () => {
    const w = world();
    await w.start();
    await submit(w, "A");
    await submit(w, "B", "A");
    await submit(w, "C", "A");
    await submit(w, "D", "B,C");
    await w.until(() => waits(w, "D")?.length === 2);
    await end(w, "A");
    await end(w, "B");
    await w.until(() => waits(w, "D")?.length === 1);
    expect(waits(w, "D")).toEqual([{ prefix: "C", submission: "C-1", condition: "ok" }]);
    await w.someRounds();
    expect(ran(w, "D")).toBe(false);
    await end(w, "C");
    await end(w, "D");
    await w.until(() => w.state("D") === "JOB_COMPLETE");
    expect(w.slurm.submitted).toHaveLength(4);
  });

  test("waiting jobs take none of the places in which folders are staged in", async () => {
    const w = world();
    await w.start();
    await submit(w, "A");
    for (let n = 0; n < 60; n++) await submit(w, `w${n}`, "A");
    await w.until(() => waits(w, "w59") !== undefined);
    await submit(w, "other");
    await w.until(() => w.state("other") === "JOB_SUBMIT");
    expect(w.slurm.submitted).toHaveLength(2);
  });

  test("the end of a chain is told of its beginning's failure, one after the other", async () => {
    const w = world();
    await w.start();
    await submit(w, "j0");
    // Each link is two entries that are synced to the disk, one after the other: 50 ms where others use it, too.
    const last = 100;
    for (let n = 1; n <= last; n++) await submit(w, `j${n}`, `j${n - 1}`);
    await w.until(() => waits(w, `j${last}`) !== undefined);
    await end(w, "j0", "FAILED");
    await w.until(() => isOver(w, `j${last}`));
    expect(w.slurm.submitted).toHaveLength(1);
    expect(w.record(`j${last}`)?.error?.message).toContain(`j${last - 1} (submission`);
  }, 30_000);

  test.each([
    ["of itself", [["A", "A@A-1"]]],
    [
      "of two",
      [
        ["A", "B@B-1"],
        ["B", "A@A-1"],
      ],
    ],
    [
      "of three, by names alone",
      [
        ["A", "B"],
        ["B", "C"],
        ["C", "A"],
      ],
    ],
  ])("a circle %s ends, and holds up nobody", async (_name, jobs) => {
    const w = world();
    for (const [prefix = "", after = ""] of jobs) {
      await w.upload(prefix);
      await w.claim(prefix, "FILE_UPLOAD", { submission: `${prefix}-1`, after });
    }
    await w.start();
    await w.until(() => jobs.every(([prefix = ""]) => isOver(w, prefix)));
    expect(w.slurm.submitted).toEqual([]);
    for (const [prefix = ""] of jobs)
      expect(w.record(prefix)?.error?.code).toBe("dependency-failed");
  });
});

describe("cancels", () => {
  test("of the one that waits: at once", async () => {
    const w = world({ patient: true });
    await w.start();
    await submit(w, "A");
    await submit(w, "B", "A");
    await submit(w, "C", "B:any");
    await w.until(() => waits(w, "C") !== undefined);
    await w.ask("B", "JOB_CANCEL", { cancels: "B-1" });
    await w.until(() => isOver(w, "B"));
    expect(w.record("B")?.outcome).toBe("cancelled");
    await w.until(() => ran(w, "C"));
    expect(ran(w, "B")).toBe(false);
  });

  test("of the one that is waited for: it counts as failed", async () => {
    const w = world();
    await w.start();
    await submit(w, "A");
    await submit(w, "B", "A");
    await submit(w, "C", "A:failed");
    await w.until(() => waits(w, "C") !== undefined && w.state("A") === "JOB_SUBMIT");
    await w.ask("A", "JOB_CANCEL");
    await w.until(() => w.slurm.cancelled.length === 1);
    w.end("1", task("CANCELLED"));
    await w.until(() => isOver(w, "B") && ran(w, "C"));
    expect(w.record("B")?.error?.message).toContain("cancelled");
  });
});

describe("runs that the agent does not know", () => {
  test.each(["ghost", "ghost@never", "ghost:any@never"])(
    "after %s, of which nothing is known: it ends and says so",
    async (after) => {
      const w = world();
      await w.start();
      await submit(w, "B", after);
      await w.until(() => isOver(w, "B"));
      expect(w.record("B")?.error).toMatchObject({ code: "dependency-failed" });
      expect(w.record("B")?.error?.message).toContain("the cluster knows no such run");
    },
  );

  test("one whose FILE_UPLOAD no function has seen is waited for, and forgotten when it never comes", async () => {
    const w = world();
    await w.start();
    await w.store.put("A/job-aws-stat.txt", "FILE_UPLOAD", { metadata: { submission: "A-1" } });
    await w.store.put("Z/job-aws-stat.txt", "FILE_UPLOAD", { metadata: { submission: "Z-1" } });
    await submit(w, "B", "A@A-1");
    await submit(w, "C", "Z@Z-1");
    await w.until(() => waits(w, "B") !== undefined && waits(w, "C") !== undefined);
    await submit(w, "A");
    await end(w, "A");
    await w.until(() => ran(w, "B"));
    w.skip(25 * 3_600_000);
    await w.until(() => isOver(w, "C"));
    expect(w.record("C")?.error?.code).toBe("dependency-failed");
  });

  test("one that a later run of its prefix has taken the place of still counts", async () => {
    const w = world();
    await w.start();
    await submit(w, "A");
    await submit(w, "B", "A");
    await w.until(() => waits(w, "B") !== undefined);
    await submit(w, "W");
    await submit(w, "C", "A@A-1,W");
    await end(w, "A");
    await w.until(() => isOver(w, "A") && waits(w, "C")?.length === 1);
    await submit(w, "A", undefined, "A-2");
    await w.until(() => timesRun(w, "A") === 2);
    await end(w, "A", "FAILED");
    await end(w, "W");
    await w.until(() => ran(w, "B") && ran(w, "C"));
  });

  test("with the journal lost: what runs is found again, what has ended is not", async () => {
    const w = world();
    const first = await w.start();
    await submit(w, "A");
    await submit(w, "O");
    await end(w, "O");
    await w.until(() => isOver(w, "O") && w.state("A") === "JOB_SUBMIT");
    await submit(w, "B", "A");
    await submit(w, "C", "A,O@O-1");
    await w.until(() => waits(w, "B") !== undefined && waits(w, "C") !== undefined);
    first.kill();
    w.loseJournal();
    await w.start();
    await w.until(() => isOver(w, "C"));
    expect(w.record("C")?.error?.message).toContain("O (submission O-1)");
    await end(w, "A");
    await end(w, "B");
    await w.until(() => w.state("B") === "JOB_COMPLETE");
    expect(w.slurm.submitted).toHaveLength(3);
  });
});

test.each(["", "a,,b", "../x", "a:never", "a@b@c", "a ".repeat(900)])(
  "metadata that names no jobs ends the request: %j",
  async (after) => {
    const w = world();
    await w.start();
    await submit(w, "B", after);
    await w.until(() => isOver(w, "B"));
    expect(w.record("B")?.error?.code).toBe("bad-option");
    expect(w.record("B")?.error?.message).toContain("metadata after");
    expect(ran(w, "B")).toBe(false);
  },
);

test("a job that waited for long has a day for its folder from then on", async () => {
  const w = world();
  await w.start();
  await submit(w, "A");
  await submit(w, "B", "A");
  await w.until(() => waits(w, "B") !== undefined && w.state("A") === "JOB_SUBMIT");
  w.skip(30 * 3_600_000);
  let failures = 2;
  w.store.before = async (operation, key) => {
    if (operation === "getFile" && key.startsWith("B/") && failures-- > 0)
      throw new Error("S3 is away");
  };
  await end(w, "A");
  await end(w, "B");
  await w.until(() => w.state("B") === "JOB_COMPLETE");
  expect(failures).toBeLessThan(1);
});
