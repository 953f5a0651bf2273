import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { liveKey, liveMetadata, liveWindow } from "../../../../protocol/live-output.ts";
import { FollowScene } from "../../../support/follow-scene.ts";

describe("logs -f", () => {
  test("prints what comes, and the rest from the results, each byte once", async () => {
    const scene = new FollowScene();
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
      "job1: it is waiting for the Head Node to accept it",
      "job1: it has printed nothing yet",
    ]);
  });

  test("begins with a whole line of what is there, and says where", async () => {
    const scene = new FollowScene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("one\ntwo\nthree\n", 5);
    scene.steps.push(() => scene.end("one\ntwo\nthree\nfour\n"));
    await scene.follow();
    expect(scene.printed).toBe("three\nfour\n");
    expect(scene.notes).toEqual(["job1: its output is shown from byte 8 on"]);
  });

  test("waits for the end when bytes are missing, so that none is left out", async () => {
    const scene = new FollowScene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("one\n");
    scene.steps.push(
      () => scene.publish("one\ntwo\nthree\n", 8),
      () => scene.publish("one\ntwo\nthree\nfour\n", 14),
      () => scene.end("one\ntwo\nthree\nfour\nfive\n"),
    );
    await scene.follow();
    expect(scene.printed).toBe("one\ntwo\nthree\nfour\nfive\n");
    expect(scene.notes).toEqual([expect.stringContaining("faster than it can be followed")]);
  });

  test.each([
    ["shorter", "new\n"],
    ["longer", "something else, and more than before\n"],
  ])("follows a file that was begun anew and is %s by then", async (_name, second) => {
    const scene = new FollowScene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("the first run\n");
    scene.steps.push(
      () => scene.publish(second),
      () => scene.publish(second),
      () => scene.end(`${second}end\n`),
    );
    await scene.follow();
    expect(scene.printed).toBe(`the first run\n${second}end\n`);
    expect(scene.notes).toEqual([expect.stringContaining("was restarted")]);
  });

  test.each([
    ["shorter", "new\n"],
    ["longer", "something else, and more than before\n"],
  ])("notices at the end, too, that the file is another one and %s", async (_name, last) => {
    const scene = new FollowScene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("the first run\n");
    scene.steps.push(() => scene.end(last));
    await scene.follow();
    expect(scene.printed).toBe(`the first run\n${last}`);
  });

  test("asks less and less often while nothing comes; each time costs two small requests", async () => {
    const scene = new FollowScene();
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
    const scene = new FollowScene();
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
    const scene = new FollowScene();
    await scene.state("JOB_SUBMIT", {});
    await scene.publish("one\n");
    scene.steps.push(() => scene.end("other\n", { submission: "s2" }));
    await scene.follow();
    expect(scene.printed).toBe("one\n");
    expect(scene.notes).toEqual([expect.stringContaining("submitted again")]);
  });

  test("an earlier submission's record and output are not taken for this one's", async () => {
    const scene = new FollowScene();
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
          const scene = new FollowScene();
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
