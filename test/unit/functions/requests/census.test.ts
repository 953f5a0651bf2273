import { describe, expect, test } from "@jest/globals";
import { census } from "../../../../functions/requests/census.ts";
import { dispatchRequest } from "../../../../functions/requests/dispatch-request.ts";
import { functionWorld } from "../../../support/function-world.ts";

const times = { redispatchSeconds: 240 };
/** It has all the time it needs. */
const inTime = new AbortController().signal;

/** Something to wait for. */
function gate() {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe("census", () => {
  test("dispatches a request that no event told of", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.passSeconds(241);
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ jobs: 1, dispatched: 1 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "run", submission: "v1" })]);
    await census(times, "i2", w.ports, inTime);
    expect(w.sent).toHaveLength(1);
  });

  test("what is pending already, by its own event, is not dispatched once more", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    const own = { key: "job1/job-aws-stat.txt", requester: "1", invocation: "i0" };
    await dispatchRequest(own, w.ports);
    w.passSeconds(241);
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ dispatched: 0 });
    expect([w.sent.length, w.markers.size, w.announced.length]).toEqual([1, 1, 1]);
  });

  test("sends a cancel that no event told of", async () => {
    const w = functionWorld();
    w.status("job1", "JOB_CANCEL");
    w.passSeconds(241);
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ dispatched: 1 });
    expect(w.sent).toEqual([expect.objectContaining({ action: "cancel", prefix: "job1" })]);
  });

  test("an answer that S3 keeps back for one job does not hold up the others", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.status("job2", "FILE_UPLOAD");
    w.passSeconds(241);
    const [first, second] = [gate(), gate()];
    w.store.before = async (_operation, key) => {
      if (key === "job1/job-aws-stat.txt") await first.opened;
    };
    const { send } = w.headNode;
    w.headNode.send = async (request) => {
      const id = await send(request);
      if (request.prefix === "job2") second.open();
      return id;
    };
    const report = census(times, "i1", w.ports, inTime);
    await second.opened;
    first.open();
    expect(await report).toMatchObject({ jobs: 2, dispatched: 2 });
  });

  test("does nothing about jobs that have ended", async () => {
    const w = functionWorld();
    w.status("job1", "JOB_COMPLETE");
    w.status("job2", "JOB_ERROR");
    w.passSeconds(100_000);
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({
      jobs: 2,
      dispatched: 0,
    });
  });

  test("a status object without a time is old enough", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD", { lastModified: undefined });
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({ dispatched: 1 });
  });

  test("a job that cannot be read is named, and the others are looked at", async () => {
    const w = functionWorld();
    w.status("job1", "FILE_UPLOAD");
    w.status("job2", "FILE_UPLOAD");
    w.passSeconds(241);
    w.store.before = (_operation, key) => {
      if (key === "job1/job-aws-stat.txt") throw new Error("503 SlowDown");
    };
    expect(await census(times, "i1", w.ports, inTime)).toMatchObject({
      jobs: 2,
      dispatched: 1,
      failed: [{ prefix: "job1", error: "503 SlowDown" }],
    });
  });
});
