import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import { FollowScene } from "../../../../support/follow-scene.ts";

const DOWN = new S3Error("NetworkError", "connect ECONNREFUSED");

test("logs -f prints each byte once, whichever requests an outage takes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (line) => {
      const scene = new FollowScene();
      await scene.state("JOB_SUBMIT", {});
      await scene.publish("one\n");
      scene.steps.push(
        () => scene.publish("one\ntwo\n"),
        async () => undefined,
        () => scene.end("one\ntwo\nthree\n"),
      );
      const left = [...line];
      scene.store.before = (operation) => {
        if (operation === "get" && left.shift()) throw DOWN;
      };
      expect(await scene.follow()).toMatchObject({ state: "JOB_COMPLETE" });
      expect(scene.printed).toBe("one\ntwo\nthree\n");
    }),
    { numRuns: 60 },
  );
});

test("logs without -f does not wait for a line that is down", async () => {
  const scene = new FollowScene();
  scene.store.before = () => {
    throw DOWN;
  };
  await expect(scene.follow({ follow: false })).rejects.toBe(DOWN);
});
