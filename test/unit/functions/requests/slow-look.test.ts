import { describe, expect, test } from "@jest/globals";
import { dispatchRequest } from "../../../../functions/requests/dispatch-request.ts";
import { LOOK_POSITION_KEY } from "../../../../functions/requests/look-position.ts";
import { slowLook } from "../../../../functions/requests/slow-look.ts";
import { functionWorld } from "../../../support/function-world.ts";

const times = { redispatchSeconds: 240 };
/** It has all the time it needs. */
const inTime = new AbortController().signal;

describe("slow look", () => {
  test("dispatches a request that no event told of", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.passSeconds(241);
    expect(await slowLook(times, "i1", w.ports, inTime)).toMatchObject({ read: 1, dispatched: 1 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "run", submission: "v1" })]);
    await slowLook(times, "i2", w.ports, inTime);
    expect(w.sent).toHaveLength(1);
  });

  test("what is pending already, by its own event, is not dispatched once more", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    const own = { key: "job1/job-aws-stat.txt", requester: "1", invocation: "i0" };
    await dispatchRequest(own, w.ports);
    w.passSeconds(241);
    expect(await slowLook(times, "i1", w.ports, inTime)).toMatchObject({ dispatched: 0 });
    expect([w.sent.length, w.markers.size, w.announced.length]).toEqual([1, 1, 1]);
  });

  test("sends a cancel that no event told of", async () => {
    const w = functionWorld();
    w.status("job1", "JOB_CANCEL");
    w.passSeconds(241);
    expect(await slowLook(times, "i1", w.ports, inTime)).toMatchObject({ dispatched: 1 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "cancel", prefix: "job1" })]);
  });

  test("does nothing about jobs that have ended", async () => {
    const w = functionWorld();
    w.status("job1", "JOB_COMPLETE");
    w.status("job2", "JOB_ERROR");
    w.passSeconds(100_000);
    expect(await slowLook(times, "i1", w.ports, inTime)).toMatchObject({
      read: 0,
      dispatched: 0,
    });
  });

  test("a status object without a time is old enough", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD", { lastModified: undefined });
    expect(await slowLook(times, "i1", w.ports, inTime)).toMatchObject({ dispatched: 1 });
  });

  test("a job that cannot be read is named, and the others are looked at", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.status("job2", "FILE_UPLOAD");
    w.passSeconds(241);
    w.store.before = (_operation, key) => {
      if (key === "job1/job-aws-stat.txt") throw new Error("503 SlowDown");
    };
    expect(await slowLook(times, "i1", w.ports, inTime)).toMatchObject({
      read: 2,
      dispatched: 1,
      failed: [{ prefix: "job1", error: "503 SlowDown" }],
    });
  });

  test("status objects that are no request are read in one round, and not again", async () => {
    const w = functionWorld();
    for (let at = 0; at < 150; at++) w.status(`job${at}`, undefined);
    w.passSeconds(241);
    const read: number[] = [];
    for (let hour = 0; hour < 5; hour++) {
      read.push((await slowLook(times, `i${hour}`, w.ports, inTime)).read);
      w.passSeconds(3600);
    }
    expect(read).toEqual([59, 59, 32, 0, 0]);
    w.status("job7", "FILE_UPLOAD");
    w.passSeconds(241);
    expect(await slowLook(times, "i9", w.ports, inTime)).toMatchObject({ read: 1, dispatched: 1 });
  });

  test("what could not be read is read in the next round", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.passSeconds(241);
    w.store.before = (_operation, key) => {
      if (key === "job1/job-aws-stat.txt") throw new Error("503 SlowDown");
    };
    await slowLook(times, "i1", w.ports, inTime);
    w.store.before = () => undefined;
    w.passSeconds(3600);
    expect(await slowLook(times, "i2", w.ports, inTime)).toMatchObject({ dispatched: 1 });
  });

  test("a request that was too young in one round is dispatched in the next", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.passSeconds(239);
    expect(await slowLook(times, "i1", w.ports, inTime)).toMatchObject({ read: 0 });
    w.passSeconds(3600);
    expect(await slowLook(times, "i2", w.ports, inTime)).toMatchObject({ dispatched: 1 });
  });

  test.each(["", "{", "[]", '{"schema":1,"after":7}', "x".repeat(20_000)])(
    "a position that cannot be read (%j) is replaced, and a round begins",
    async (text) => {
      const w = functionWorld();
      await w.store.put(LOOK_POSITION_KEY, text);
      w.status("job1", "FILE_UPLOAD");
      w.passSeconds(241);
      expect(await slowLook(times, "i1", w.ports, inTime)).toMatchObject({ dispatched: 1 });
      expect(JSON.parse(w.store.text(LOOK_POSITION_KEY)!)).toMatchObject({ after: "" });
    },
  );

  test("of two at once one position is kept, and nothing is dispatched twice", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.passSeconds(241);
    await Promise.all(["i1", "i2"].map((id) => slowLook(times, id, w.ports, inTime)));
    expect([w.sent.length, w.markers.size]).toEqual([1, 1]);
    expect(w.store.writes.filter((key) => key === LOOK_POSITION_KEY)).toHaveLength(1);
  });

  test("begins with nothing when the time is up", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.passSeconds(241);
    expect(await slowLook(times, "i1", w.ports, AbortSignal.abort())).toMatchObject({ pages: 0 });
    expect(w.sent).toEqual([]);
  });
});
