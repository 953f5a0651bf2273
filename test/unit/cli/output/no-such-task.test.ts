import { describe, expect, test } from "@jest/globals";
import { liveKey } from "../../../../protocol/live-output.ts";
import type { JobRecord } from "../../../../protocol/record.ts";
import { FollowScene } from "../../../support/follow-scene.ts";

const AGENT = { metadata: { "cloud-submit-writer": "agent" } };
const refused = (message: string) => ({ code: "usage", message });

/** Rows 2 of four ran again; the first run's output is in the bucket. */
async function ranAgain() {
  const scene = new FollowScene();
  await scene.store.put("job1/slurm-5_3.out", "three\n", AGENT);
  await scene.store.put("job1/slurm-999_3.out", "an input\n");
  await scene.store.put("job1/slurm-5_13.out", "of another task\n", AGENT);
  return scene;
}

describe("logs of a task that the last run does not have", () => {
  test("says which ones that had, and how to get what an earlier run printed", async () => {
    const scene = await ranAgain();
    const again = { sbatchOptions: ["--array=1-4", "--array=2%8"] };
    const words = "job1: its last run had no task 3, but 2: give one of these";
    const fetch = "; an earlier run's is in the bucket: cloud-submit fetch job1:slurm-5_3.out";
    await scene.state("JOB_SUBMIT", again);
    await expect(scene.follow({ task: 3 })).rejects.toMatchObject(refused(words + fetch));
    await scene.end("", { ...again, output: [{ task: 2, stdout: "slurm-7_2.out" }] });
    await expect(scene.follow({ task: 3 })).rejects.toMatchObject(refused(words + fetch));
    await expect(scene.follow({ task: 99 })).rejects.toMatchObject(
      refused(words.replace("task 3", "task 99")),
    );
    await expect(scene.follow({ task: 3, stream: "stderr" })).rejects.toMatchObject(refused(words));
    expect(scene.printed).toBe("");
  });

  test("of a script that has its array in itself, when the record names all tasks", async () => {
    const tasks = (total: number): Partial<JobRecord> => ({
      slurm: {
        jobId: "7",
        tasks: { total, completed: 1, incomplete: [{ ids: "2,4", outcome: "cancelled" }] },
      },
      output: [{ task: 1, stdout: "slurm-7_1.out" }],
    });
    const scene = new FollowScene();
    await scene.end("", tasks(3));
    await expect(scene.follow({ task: 3 })).rejects.toMatchObject(
      refused("job1: its last run had no task 3, but 1-2,4: give one of these"),
    );
    // It ran, and has no output.
    await scene.follow({ task: 4 });
    expect(scene.notes).toEqual(["job1: its stdout is not among its results"]);
    const more = new FollowScene();
    await more.end("", tasks(4));
    await more.follow({ task: 3 });
    expect(more.notes).toEqual(["job1: its stdout is not among its results"]);
  });

  test("of a job that is no array", async () => {
    const scene = new FollowScene();
    await scene.end("x", { outcome: "completed" });
    await expect(scene.follow({ task: 3 })).rejects.toMatchObject(
      refused("job1 is no job array: leave out --task"),
    );
  });

  test("a long list of tasks is shortened, one of hostile length is none", async () => {
    const scene = new FollowScene();
    const odd = Array.from({ length: 200 }, (_, at) => at * 2 + 1).join(",");
    await scene.state("JOB_SUBMIT", { sbatchOptions: [`--array=${odd}`] });
    await expect(scene.follow({ task: 2 })).rejects.toThrow(/but 1,3,5,[\d,]{10,80},…: give/);
    await scene.state("JOB_SUBMIT", {
      sbatchOptions: [`--array=${Array(9).fill("1-4000000").join(",")}`],
    });
    await scene.store.put(liveKey("job1", "s1", { stream: "stdout", task: 2 }), "");
    await scene.follow({ task: 2, follow: false });
  });
});
