import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type FollowOptions, followOutput } from "../../../cli/follow-output.ts";
import {
  liveFolder,
  liveKey,
  liveMetadata,
  liveWindow,
  type OutputStream,
} from "../../../protocol/live-output.ts";
import { formatRecord, type JobRecord } from "../../../protocol/record.ts";
import { MemoryStore } from "../../support/memory-store.ts";

/** A job in a bucket; one step after another happens, one for each time the follower sleeps. */
class Scene {
  readonly store = new MemoryStore();
  readonly notes: string[] = [];
  readonly slept: number[] = [];
  readonly steps: (() => Promise<unknown>)[] = [];
  #printed = Buffer.alloc(0);

  get printed(): string {
    return this.#printed.toString("latin1");
  }

  async state(state: string, record?: Partial<JobRecord>): Promise<void> {
    if (record)
      await this.store.put(
        "job1/job-aws-job.json",
        formatRecord({
          version: 1,
          prefix: "job1",
          submission: "s1",
          state: state as JobRecord["state"],
          times: {},
          slurm: { jobId: "7" },
          ...record,
        }),
      );
    await this.store.put("job1/job-aws-stat.txt", `${state}\n`);
  }

  /** What the agent does: bytes `start` to the end of `file`. */
  async publish(file: string, start = 0, output: OutputStream = { stream: "stdout" }) {
    const window = { start, end: file.length };
    await this.store.put(liveKey("job1", "s1", output), Buffer.from(file.slice(start), "latin1"), {
      metadata: liveMetadata(window),
    });
  }

  /** The job has ended; `file` is among its results. */
  async end(file: string, record: Partial<JobRecord> = {}): Promise<void> {
    for await (const { key } of this.store.list(liveFolder("job1", "s1")))
      await this.store.delete(key);
    await this.store.put("job1/out.txt", Buffer.from(file, "latin1"));
    await this.state("JOB_COMPLETE", { output: [{ stdout: "out.txt" }], ...record });
  }

  follow(options: Partial<FollowOptions> = {}): Promise<JobRecord | undefined> {
    return followOutput(this.store, "job1", {
      stream: "stdout",
      follow: true,
      write: async (bytes) => {
        this.#printed = Buffer.concat([this.#printed, bytes]);
      },
      note: (line) => this.notes.push(line),
      sleep: async (ms) => {
        this.slept.push(ms);
        if (this.slept.length > 1000) throw new Error("it never ends");
        await this.steps.shift()?.();
      },
      ...options,
    });
  }
}

describe("logs -f", () => {
  test("prints what comes, and the rest from the results, each byte once", async () => {
    const scene = new Scene();
    await scene.state("FILE_UPLOAD");
    scene.steps.push(
      () => scene.state("JOB_SUBMIT", {}),
      () => scene.publish("one\n"),
      () => scene.publish("one\ntwo\n"),
      async () => undefined,
      () => scene.publish("one\ntwo\nthree\n", 4),
      () => scene.end("one\ntwo\nthree\nfour\n"),
    );
    expect(await scene.follow()).toMatchObject({ state: "JOB_COMPLETE" });
    expect(scene.printed).toBe("one\ntwo\nthree\nfour\n");
    expect(scene.notes).toEqual([
      "job1: it waits for the Head Node to take it",
      "job1: it has printed nothing yet",
    ]);
  });

  test("begins with a whole line of what is there, and says where", async () => {
    const scene = new Scene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("one\ntwo\nthree\n", 5);
    scene.steps.push(() => scene.end("one\ntwo\nthree\nfour\n"));
    await scene.follow();
    expect(scene.printed).toBe("three\nfour\n");
    expect(scene.notes).toEqual(["job1: its output is shown from byte 8 on"]);
  });

  test("waits for the end when bytes are missing, so that none is left out", async () => {
    const scene = new Scene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("one\n");
    scene.steps.push(
      () => scene.publish("one\ntwo\nthree\n", 8),
      () => scene.publish("one\ntwo\nthree\nfour\n", 14),
      () => scene.end("one\ntwo\nthree\nfour\nfive\n"),
    );
    await scene.follow();
    expect(scene.printed).toBe("one\ntwo\nthree\nfour\nfive\n");
    expect(scene.notes).toEqual([expect.stringContaining("faster than can be followed")]);
  });

  test.each([
    ["shorter", "new\n"],
    ["longer", "something else, and more than before\n"],
  ])("follows a file that was begun anew and is %s by then", async (_name, second) => {
    const scene = new Scene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("the first run\n");
    scene.steps.push(
      () => scene.publish(second),
      () => scene.publish(second),
      () => scene.end(`${second}end\n`),
    );
    await scene.follow();
    expect(scene.printed).toBe(`the first run\n${second}end\n`);
    expect(scene.notes).toEqual([expect.stringContaining("begun anew")]);
  });

  test.each([
    ["shorter", "new\n"],
    ["longer", "something else, and more than before\n"],
  ])("notices at the end, too, that the file is another one and %s", async (_name, last) => {
    const scene = new Scene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("the first run\n");
    scene.steps.push(() => scene.end(last));
    await scene.follow();
    expect(scene.printed).toBe(`the first run\n${last}`);
  });

  test("asks less and less often while nothing comes; each time costs two small requests", async () => {
    const scene = new Scene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("one\n");
    let bytes = 0;
    const gets: string[] = [];
    scene.store.before = (operation, key) => {
      if (operation === "get") gets.push(key);
    };
    scene.steps.push(...Array.from({ length: 20 }, () => async () => undefined));
    scene.steps.push(() => scene.end("one\n"));
    await scene.follow({ write: async (some) => void (bytes += some.length) });
    expect(scene.slept.slice(0, 3)).toEqual([2000, 2500, 3125]);
    expect(Math.max(...scene.slept)).toBe(10_000);
    expect(gets.filter((key) => key.startsWith(".cloud-submit/"))).toHaveLength(22);
    expect(bytes).toBe(4);
  });

  test("reads again when the live object is replaced between its two requests", async () => {
    const scene = new Scene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("one\n");
    let gets = 0;
    scene.store.before = async (operation, key) => {
      if (operation !== "get" || !key.startsWith(".cloud-submit/")) return;
      gets += 1;
      if (gets === 2) await scene.publish("one\ntwo\n");
    };
    scene.steps.push(
      async () => undefined,
      () => scene.end("one\ntwo\n"),
    );
    await scene.follow();
    expect(scene.printed).toBe("one\ntwo\n");
  });

  test("of a submission that another one has followed ends there", async () => {
    const scene = new Scene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("one\n");
    scene.steps.push(() => scene.end("other\n", { submission: "s2" }));
    await scene.follow();
    expect(scene.printed).toBe("one\n");
    expect(scene.notes).toEqual([expect.stringContaining("submitted again")]);
  });

  test("an earlier submission's record and output are not taken for this one's", async () => {
    const scene = new Scene();
    await scene.state("JOB_COMPLETE", { submission: "s0" });
    await scene.store.put(liveKey("job1", "s0", { stream: "stdout" }), "old", {
      metadata: liveMetadata({ start: 0, end: 3 }),
    });
    await scene.state("JOB_CANCEL");
    scene.steps.push(() => scene.end("new\n"));
    await scene.follow();
    expect(scene.printed).toBe("new\n");
  });

  test("prints every byte once and in order, however the job, the agent and the polls meet", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            grows: fc.oneof(fc.nat(30), fc.nat(1_500_000)),
            publishes: fc.boolean(),
            restarts: fc.boolean(),
          }),
          { maxLength: 8 },
        ),
        async (moves) => {
          const scene = new Scene();
          let file = "";
          let ends = [0, 0];
          const line = () => `${file.length.toString(36)} `;
          const grow = (bytes: number) => {
            const wanted = file.length + bytes;
            const parts = [file];
            for (let at = file.length; at < wanted; at += 8) parts.push(`${at}       `.slice(0, 8));
            file = parts.join("").slice(0, wanted) + (bytes % 3 === 0 ? line() : "");
          };
          await scene.state("JOB_SUBMIT", {});
          for (const { grows, publishes, restarts } of moves)
            scene.steps.push(async () => {
              grow(grows);
              if (restarts) ends = [0, 0];
              if (!publishes || file.length === 0) return;
              await scene.publish(file, liveWindow(file.length, ends[0] ?? 0).start);
              ends = [ends[1] ?? 0, file.length];
            });
          scene.steps.push(async () => {
            grow(10);
            await scene.end(file);
          });
          await scene.follow();
          const [first] = scene.notes.flatMap((note) => /from byte (\d+) on/.exec(note)?.[1] ?? []);
          expect(scene.printed === file.slice(Number(first ?? 0))).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("logs", () => {
  test("of a running job prints what is there, and returns", async () => {
    const scene = new Scene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("one\n");
    await scene.follow({ follow: false });
    expect([scene.printed, scene.slept]).toEqual(["one\n", []]);
  });

  test("of a job that has ended prints the whole file", async () => {
    const scene = new Scene();
    await scene.end("one\ntwo\n");
    await scene.follow({ follow: false });
    expect(scene.printed).toBe("one\ntwo\n");
  });

  test("of a job that printed nothing prints nothing", async () => {
    const scene = new Scene();
    await scene.end("");
    await scene.follow();
    expect([scene.printed, scene.notes]).toEqual(["", []]);
  });

  test("of an older agent's job looks where Slurm writes by itself", async () => {
    const scene = new Scene();
    await scene.store.put("job1/slurm-7.out", "hello\n");
    await scene.state("JOB_COMPLETE", {});
    await scene.follow();
    expect(scene.printed).toBe("hello\n");
  });

  test("says why there is nothing", async () => {
    const scene = new Scene();
    await scene.state("JOB_ERROR", {
      slurm: undefined,
      error: { code: "no-script", message: "there is no script" },
    });
    expect((await scene.follow())?.state).toBe("JOB_ERROR");
    expect(scene.notes).toEqual(["job1: there is no script"]);
    const gone = new Scene();
    await gone.state("JOB_COMPLETE", { output: [{ stdout: "gone.txt" }] });
    await gone.follow();
    expect(gone.notes).toEqual(["job1: there is no gone.txt among its results"]);
    await expect(new Scene().follow()).rejects.toMatchObject({ code: "no-such-job" });
  });
});

describe("stderr", () => {
  test("is another object, and another file", async () => {
    const scene = new Scene();
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
    const scene = new Scene();
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
    const scene = new Scene();
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
    const scene = new Scene();
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

  test("of which a task is not in the record has it where Slurm writes by itself", async () => {
    const scene = new Scene();
    await scene.store.put("job1/slurm-7_5000.out", "far\n");
    await scene.end("", { output: [{ task: 1, stdout: "a_1" }] });
    await scene.follow({ task: 5000 });
    expect(scene.printed).toBe("far\n");
  });
});
