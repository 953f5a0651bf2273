import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { NotSent } from "../../../../headnode/slurm/sbatch-answer.ts";
import { CloudSubmitError } from "../../../../protocol/error.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import { unwrittenJob } from "../../../support/unwritten-job.ts";

/** Longer than Slurm shows what has ended (`fake-slurm.ts`: 300 s). */
const TOO_LONG_MS = 400_000;

/** Where the agent dies, in the order of what it does. */
const PLACES = [
  "before sbatch is called",
  "before Slurm has the job",
  "before it hears of that",
  "after the journal has it",
] as const;
type Place = (typeof PLACES)[number];

/** An agent that has died at a place on the way of job1. */
async function died(place: Place) {
  const w = world();
  const first = await w.start();
  let isDead = false;
  const die = () => {
    isDead = true;
    first.kill();
  };
  const [before, after] = [PLACES[1], PLACES[2]];
  w.slurm.onSubmit = (when) => {
    if (place !== (when === "before" ? before : after)) return;
    die();
    throw new Error("killed");
  };
  w.onLog = ({ phase }) => {
    if (phase === "submitting" && place === PLACES[0]) die();
    if (phase === "submitted" && place === PLACES[3]) die();
  };
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => isDead);
  w.slurm.onSubmit = () => undefined;
  w.onLog = () => undefined;
  return w;
}

/** The job's outcome and final state; one that runs is ended. */
async function ended(w: ReturnType<typeof world>) {
  const isOver = () =>
    w.record("job1")?.outcome !== undefined && /COMPLETE|ERROR/.test(`${w.state("job1")}`);
  await w.until(() => isOver() || w.state("job1") === "JOB_SUBMIT");
  if (!isOver() && !w.slurm.forgotten.has("1") && !w.slurm.ends.has("1"))
    w.end("1", task("COMPLETED"));
  await w.until(isOver);
  return [w.state("job1"), w.record("job1")?.outcome];
}

const histories = fc.record({
  place: fc.constantFrom(...PLACES),
  awayMs: fc.constantFrom(0, 60_000, 240_000, TOO_LONG_MS, 86_400_000),
  fate: fc.constantFrom("runs", "is shown", "is forgotten"),
  exit: fc.constantFrom(undefined, "0:0", "3:0"),
});

test("an agent that was away, however long, submits no job twice, gives none up of which it can hear, and tells of the rest", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ place, awayMs, fate, exit }) => {
      const w = await died(place);
      const isAccepted = w.slurm.submitted.length === 1;
      const isForgotten = isAccepted && fate === "is forgotten" && awayMs >= TOO_LONG_MS;
      const hasEnded = isAccepted && fate !== "runs";
      if (isForgotten) w.slurm.forgotten.add("1");
      else if (hasEnded) w.slurm.ends.set("1", [task("COMPLETED")]);
      if (hasEnded && exit !== undefined) w.hook("1", exit);
      w.skip(awayMs);
      await w.start();
      const end = await ended(w);
      const isUnknown = !isAccepted && place !== PLACES[0] && awayMs >= TOO_LONG_MS;
      expect(w.slurm.submitted).toHaveLength(isUnknown ? 0 : 1);
      const isUnheard = isForgotten && exit === undefined;
      if (isUnknown || (isUnheard && place !== PLACES[3]))
        expect(end).toEqual(["JOB_ERROR", "lost"]);
      else if (isUnheard) expect(end).toEqual(["JOB_COMPLETE", "lost"]);
      else
        expect(end).toEqual([
          "JOB_COMPLETE",
          isForgotten && exit === "3:0" ? "failed" : "completed",
        ]);
    }),
    { numRuns: 60 },
  );
}, 120_000);

describe("a job that has come and gone while the agent was away", () => {
  async function gone() {
    const w = await died(PLACES[2]);
    w.slurm.forgotten.add("1");
    w.skip(TOO_LONG_MS);
    return w;
  }

  test("and of which nothing is known, is lost: its record says what to do, and a cancel changes nothing", async () => {
    const w = await gone();
    await w.claim("job1", "JOB_CANCEL");
    await w.start();
    expect(await ended(w)).toEqual(["JOB_ERROR", "lost"]);
    expect(w.record("job1")?.error).toMatchObject({
      code: "lost",
      message: expect.stringMatching(/MinJobAge.*Submit it again.*\/job1\//),
    });
  });

  test("is known by the comment of its own user's job alone", async () => {
    const w = await gone();
    w.hook("1", "3:0", undefined, 0, "user=4294967294\n");
    await w.start();
    expect(await ended(w)).toEqual(["JOB_ERROR", "lost"]);
  });

  test.each([
    ["7", "1"],
    ["1", "7"],
  ])("is not one with its comment that came later (told in the order %s, %s)", async (...ids) => {
    const w = await gone();
    const comment = `comment=${w.slurm.submitted[0]}\n`;
    for (const id of ids) w.hook(id, id === "1" ? "3:0" : "0:0", undefined, 0, comment);
    await w.start();
    expect(await ended(w)).toEqual(["JOB_COMPLETE", "failed"]);
    expect(w.record("job1")?.slurm).toEqual({ jobId: "1", exitCode: 3, signal: 0 });
  });

  test("in its second run, is judged by that", async () => {
    const w = await gone();
    w.hook("1", "0:0", undefined, 1);
    w.hook("1", "3:0", undefined, 0);
    await w.start();
    expect(await ended(w)).toEqual(["JOB_COMPLETE", "completed"]);
  });

  test.each([
    [["0:0", "0:0", "0:0"], "completed", { completed: 3 }],
    [["0:0", "3:0", "0:0"], "failed", { completed: 2, failed: 1 }],
    [["0:0", "0:0"], "lost", { completed: 2, lost: 1 }],
  ])("an array of three whose tasks ended with %j, is %s", async (exits, outcome, outcomes) => {
    const w = await gone();
    for (const [id, exit] of exits.entries()) w.hook("1", exit, id + 5, 0, "tasks=3\n");
    await w.start();
    expect(await ended(w)).toEqual(["JOB_COMPLETE", outcome]);
    expect(w.record("job1")?.slurm?.tasks).toMatchObject({ total: 3, outcomes });
  });

  test("an array whose task's stderr tells of its end, is judged by that", async () => {
    const w = await gone();
    const [, prefix = "", submission = ""] = w.slurm.submitted[0]?.split(":") ?? [];
    writeFileSync(
      join(w.workRoot, prefix, submission, "slurm-1_5.out"),
      "slurmstepd: error: *** JOB 8 ON n1 CANCELLED AT 2026-11-30T12:00:00 DUE TO TIME LIMIT ***\n",
    );
    w.hook("1", "0:0", 5, 0, "tasks=2\nid=8\n");
    w.hook("1", "0:0", 6, 0, "tasks=2\nid=1\n");
    await w.start();
    expect(await ended(w)).toEqual(["JOB_COMPLETE", "timeout"]);
    expect(w.record("job1")?.slurm?.tasks).toMatchObject({
      completed: 1,
      incomplete: [{ ids: "5", outcome: "timeout", state: "TIMEOUT" }],
    });
  });

  test("an array of which some tasks are forgotten, is judged by those, too", async () => {
    const w = await died(PLACES[2]);
    w.slurm.arrays.set("1", { tasks: "2", waiting: "" });
    w.slurm.ends.set("1", [{ ...task("COMPLETED"), id: "92", arrayTask: "2" }]);
    w.hook("1", "3:0", 1, 0, "tasks=2\n");
    w.skip(TOO_LONG_MS);
    await w.start();
    expect(await ended(w)).toEqual(["JOB_COMPLETE", "failed"]);
    expect(w.record("job1")?.slurm?.tasks).toMatchObject({ total: 2, completed: 1 });
  });
});

describe("a Slurm that does not answer for longer than it remembers jobs", () => {
  /** job1, whose sbatch fails once, and then nothing is answered until the agent has tried several times. */
  async function silent(error: Error) {
    const w = world();
    let looks = 0;
    w.slurm.onSubmit = () => {
      w.slurm.onSubmit = () => undefined;
      w.slurm.onLook = () => {
        looks += 1;
        if (looks === 3) w.skip(TOO_LONG_MS);
        if (looks <= 3) throw new CloudSubmitError("slurm", "Slurm did not answer");
      };
      throw error;
    };
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    return w;
  }

  test("is only a delay, when sbatch has not reached it", async () => {
    const w = await silent(new NotSent("slurm", "connect failure"));
    expect(await ended(w)).toEqual(["JOB_COMPLETE", "completed"]);
  });

  test("may have had the job, when sbatch has", async () => {
    const w = await silent(new CloudSubmitError("slurm", "Socket timed out"));
    expect(await ended(w)).toEqual(["JOB_ERROR", "lost"]);
    expect(w.slurm.submitted).toEqual([]);
  });

  test("is only a delay, when sbatch was not called, be the agent there or not", async () => {
    const w = world();
    let looks = 0;
    w.slurm.onLook = () => {
      looks += 1;
      throw new CloudSubmitError("slurm", "Slurm did not answer");
    };
    const first = await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => looks > 2);
    first.kill();
    w.skip(TOO_LONG_MS);
    const staged = w.store.requests.getFile;
    w.slurm.onLook = () => undefined;
    await w.start();
    expect(await ended(w)).toEqual(["JOB_COMPLETE", "completed"]);
    expect(w.slurm.submitted).toHaveLength(1);
    // Nor is its folder staged again.
    expect(w.store.requests.getFile).toBe(staged);
  });
});

test("a journal that cannot be written until Slurm has forgotten the job has it run once", async () => {
  const w = world();
  await w.start();
  const { failures, putBack } = await unwrittenJob(w);
  w.slurm.forgotten.add("1");
  w.skip(TOO_LONG_MS);
  const failed = failures();
  await w.until(() => failures() > failed + 1);
  putBack();
  expect(await ended(w)).toEqual(["JOB_COMPLETE", "lost"]);
  expect(w.slurm.submitted).toHaveLength(1);
});
