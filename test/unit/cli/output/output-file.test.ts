import { describe, expect, test } from "@jest/globals";
import { FollowScene } from "../../../support/follow-scene.ts";

describe("logs", () => {
  test("of a running job prints what is there, and returns", async () => {
    const scene = new FollowScene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("one\n");
    await scene.follow({ follow: false });
    expect([scene.printed, scene.slept]).toEqual(["one\n", []]);
  });

  test("of a job that has ended prints the whole file", async () => {
    const scene = new FollowScene();
    await scene.end("one\ntwo\n");
    await scene.follow({ follow: false });
    expect(scene.printed).toBe("one\ntwo\n");
  });

  test("of a job that printed nothing prints nothing", async () => {
    const scene = new FollowScene();
    await scene.end("");
    await scene.follow();
    expect([scene.printed, scene.notes]).toEqual(["", []]);
  });

  test("shows no other file in place of one that the record does not name", async () => {
    const scene = new FollowScene();
    await scene.store.put("job1/slurm-7.out", "of another run\n");
    await scene.state("JOB_COMPLETE", {});
    await scene.follow();
    expect([scene.printed, scene.notes]).toEqual([
      "",
      ["job1: its stdout is not among its results"],
    ]);
  });

  test("says why there is nothing", async () => {
    const scene = new FollowScene();
    await scene.state("JOB_ERROR", {
      slurm: undefined,
      error: { code: "no-script", message: "there is no script" },
    });
    expect((await scene.follow())?.state).toBe("JOB_ERROR");
    expect(scene.notes).toEqual(["job1: there is no script"]);
    const gone = new FollowScene();
    await gone.state("JOB_COMPLETE", { output: [{ stdout: "gone.txt" }] });
    await gone.follow();
    expect(gone.notes).toEqual(["job1: its stdout is not among its results"]);
    await expect(new FollowScene().follow()).rejects.toMatchObject({ code: "no-such-job" });
  });
});

describe("stderr", () => {
  test("is another object, and another file", async () => {
    const scene = new FollowScene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("out\n");
    await scene.publish("err\n", 0, { stream: "stderr" });
    scene.steps.push(async () => {
      await scene.store.put("job1/err.txt", "err\nmore\n");
      await scene.end("out\n", { output: [{ stdout: "out.txt", stderr: "err.txt" }] });
    });
    await scene.follow({ stream: "stderr" });
    expect(scene.printed).toBe("err\nmore\n");
  });

  test("that goes where stdout goes is told of", async () => {
    const scene = new FollowScene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("out\n");
    scene.steps.push(() => scene.end("out\n"));
    await scene.follow({ stream: "stderr" });
    expect([scene.printed, scene.notes.at(-1)]).toEqual([
      "",
      expect.stringContaining("leave out --err"),
    ]);
    expect(scene.notes[0]).toMatch("#SBATCH --error");
  });
});

describe("a job array", () => {
  test("is followed task by task", async () => {
    const scene = new FollowScene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("two\n", 0, { stream: "stdout", task: 2 });
    scene.steps.push(async () => {
      await scene.store.put("job1/a_2", "two\nmore\n");
      await scene.end("", {
        output: [
          { task: 1, stdout: "a_1" },
          { task: 2, stdout: "a_2" },
        ],
      });
    });
    await scene.follow({ task: 2 });
    expect(scene.printed).toBe("two\nmore\n");
  });

  test("needs a task: which there are is said, while it runs and after", async () => {
    const scene = new FollowScene();
    await scene.state("JOB_SUBMIT", {});
    for (const task of [11, 2]) await scene.publish("x", 0, { stream: "stdout", task });
    const error = { code: "usage", message: expect.stringContaining("of 2, 11 with --task N") };
    await expect(scene.follow()).rejects.toMatchObject(error);
    await scene.end("", {
      output: [
        { task: 2, stdout: "a_2" },
        { task: 11, stdout: "a_11" },
      ],
    });
    await expect(scene.follow()).rejects.toMatchObject(error);
  });

  test("with more tasks than records tell has the others where Slurm writes by itself", async () => {
    const scene = new FollowScene();
    await scene.store.put("job1/slurm-7_5000.out", "far\n");
    const named = (name: (task: number) => string) =>
      Array.from({ length: 1000 }, (_, task) => ({ task, stdout: name(task) }));
    await scene.end("", { output: named((task) => `slurm-7_${task}.out`) });
    await scene.follow({ task: 5000 });
    expect(scene.printed).toBe("far\n");
    for (const output of [named((task) => `own_${task}`), [{ task: 1, stdout: "slurm-7_1.out" }]]) {
      const other = new FollowScene();
      await other.store.put("job1/slurm-7_5000.out", "of another run\n");
      await other.end("", { output });
      await other.follow({ task: 5000 });
      expect(other.printed).toBe("");
    }
  });
});
