import { describe, expect, test } from "@jest/globals";
import { writeMarker } from "../../../../bucket/job-objects/marker.ts";
import { dispatchRequest } from "../../../../functions/requests/dispatch-request.ts";
import { sweepPending } from "../../../../functions/requests/sweep-pending.ts";
import { pendingFolder } from "../../../../protocol/marker.ts";
import { functionWorld, ssmError } from "../../../support/function-world.ts";

const times = { redispatchSeconds: 240, checkSeconds: 3600, deadlineSeconds: 86_400 };
/** It has all the time it needs. */
const inTime = new AbortController().signal;

/** A request that was dispatched and has no answer. */
async function asked() {
  const w = functionWorld();
  w.status("job1", "FILE_UPLOAD");
  await dispatchRequest(
    { key: "job1/job-aws-stat.txt", requester: "1", invocation: "i1" },
    w.ports,
  );
  return w;
}

describe("sweepPending", () => {
  test("leaves a young request alone, and sends an old one again with the same submission", async () => {
    const w = await asked();
    await sweepPending(times, w.ports, inTime);
    expect(w.sent).toHaveLength(1);
    w.passSeconds(241);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 1 });
    expect(w.sent[1]).toEqual(w.sent[0]);
  });

  test("keeps a request that a cancel has overwritten: its marker alone tells which submission is meant", async () => {
    const w = await asked();
    w.status("job1", "JOB_CANCEL");
    w.passSeconds(241);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ removed: 0, sent: 1 });
    expect(w.sent.at(-1)).toMatchObject({ action: "run", submission: "v1" });
    w.status("job1", "JOB_ERROR");
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ removed: 1 });
  });

  describe("a request whose command SSM has still to deliver", () => {
    const request = { action: "run", prefix: "job1", submission: "v1" } as const;
    /** It was sent, and there are so many commands for other requests. */
    async function onItsWay(others: number) {
      const w = await asked();
      const at = w.ports.now().getTime();
      w.underWay.push({ request, at });
      for (let other = 0; other < others; other++)
        w.underWay.push({ request: { ...request, prefix: `other${other}` }, at });
      return w;
    }

    test("is not sent once more while the queue explains that it waits", async () => {
      const w = await onItsWay(600);
      // 4 min, and half a second for each of the 601.
      w.passSeconds(540);
      expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 0, onTheirWay: 1 });
      expect(w.sent).toHaveLength(1);
      w.passSeconds(1);
      expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 1, onTheirWay: 0 });
    });

    test("is taken for lost at once when nothing else waits", async () => {
      const w = await onItsWay(0);
      w.passSeconds(241);
      expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 1 });
    });

    test("counts by the last command that was sent for it", async () => {
      const w = await onItsWay(0);
      w.passSeconds(241);
      w.underWay.push({ request, at: w.ports.now().getTime() });
      expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 0, onTheirWay: 1 });
    });

    test("another action, submission or prefix is another request", async () => {
      for (const other of [
        { action: "cancel" },
        { submission: "v2" },
        { prefix: "job2" },
      ] as const) {
        const w = await asked();
        w.passSeconds(241);
        w.underWay.push({ request: { ...request, ...other }, at: w.ports.now().getTime() });
        expect(await sweepPending(times, w.ports, inTime)).toMatchObject({
          sent: 1,
          onTheirWay: 0,
        });
      }
    });

    test("is still given up at the deadline", async () => {
      const w = await onItsWay(5);
      w.passSeconds(86_401);
      expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ givenUp: 1 });
    });

    test("SSM is asked once, and not when nothing waits; when it does not tell, what it keeps no longer is sent", async () => {
      const w = await asked();
      w.status("job2", "FILE_UPLOAD");
      await dispatchRequest({ key: "job2/job-aws-stat.txt", invocation: "i2" }, w.ports);
      let calls = 0;
      w.ports.headNode.onTheirWay = async () => {
        calls += 1;
        throw ssmError("ThrottlingException");
      };
      await sweepPending(times, w.ports, inTime);
      expect(calls).toBe(0);
      w.passSeconds(241);
      const report = await sweepPending(times, w.ports, inTime);
      expect([calls, w.sent.length]).toEqual([1, 2]);
      expect(report).toMatchObject({ sent: 0, onTheirWay: 2, failed: [] });
      expect(report.notAsked).toMatch(/ThrottlingException/);
      // 630 s, the life of a command.
      w.passSeconds(389);
      expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 0, onTheirWay: 2 });
      w.passSeconds(1);
      expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 2, onTheirWay: 0 });
    });

    test("when time is up while SSM is asked, nothing is sent", async () => {
      const w = await asked();
      w.passSeconds(1000);
      const time = new AbortController();
      w.ports.headNode.onTheirWay = async (_now, abort) => {
        time.abort();
        throw abort.reason;
      };
      expect(await sweepPending(times, w.ports, time.signal)).toMatchObject({ sent: 0, left: 1 });
      expect(w.sent).toHaveLength(1);
    });
  });

  test.each(["ThrottlingException", "InvalidInstanceId"])(
    "what SSM takes no command for (%s) is not sent, and is at the next sweep",
    async (name) => {
      const w = await asked();
      w.passSeconds(241);
      w.refusals.push(ssmError(name));
      expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 0, refused: 1 });
      expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 1, refused: 0 });
    },
  );

  test("leaves to the next sweep what there is no time for, and counts it", async () => {
    const w = await asked();
    for (const prefix of ["job2", "job3"]) {
      w.status(prefix, "FILE_UPLOAD");
      await dispatchRequest({ key: `${prefix}/job-aws-stat.txt`, invocation: prefix }, w.ports);
    }
    w.passSeconds(241);
    const time = new AbortController();
    const { send } = w.ports.headNode;
    w.ports.headNode.send = async (request) => {
      time.abort();
      return send(request);
    };
    const report = await sweepPending(times, w.ports, time.signal);
    expect(report.left).toBeGreaterThan(0);
    expect(report.sent + report.left).toBe(3);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 3, left: 0 });
  });

  test("removes the marker of a request that has its answer", async () => {
    const w = await asked();
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(241);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ removed: 1, sent: 0 });
    expect(w.markers.size).toBe(0);
  });

  test("ends a request past the deadline in JOB_ERROR unreachable, with the reason", async () => {
    const w = await asked();
    w.passSeconds(86_401);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ givenUp: 1 });
    expect([w.statuses.get("job1")?.state, w.markers.size]).toEqual(["JOB_ERROR", 0]);
    expect(w.records.get("job1")).toMatchObject({
      submission: "v1",
      outcome: "unreachable",
      error: { code: "unreachable", message: expect.stringContaining("not answered for 24 h") },
    });
    expect(w.announced.at(-1)).toMatchObject({ to: "JOB_ERROR", outcome: "unreachable" });
  });

  test("tells how long the oldest request has had no answer, and nothing of answered ones", async () => {
    const w = await asked();
    w.passSeconds(500);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ oldestSeconds: 500 });
    w.status("job1", "JOB_SUBMIT");
    w.passSeconds(500);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ oldestSeconds: 0 });
  });

  test("one request that cannot be read does not keep the others from being sent", async () => {
    const w = await asked();
    w.status("job2", "FILE_UPLOAD");
    await dispatchRequest({ key: "job2/job-aws-stat.txt", invocation: "i2" }, w.ports);
    w.store.before = (operation, key) => {
      if (operation === "get" && key.startsWith(pendingFolder("job1")))
        throw new Error("the body was cut short");
    };
    w.passSeconds(241);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({
      sent: 1,
      failed: [{ prefix: "job1", error: "the body was cut short" }],
    });
    expect(w.sent.at(-1)).toMatchObject({ prefix: "job2" });
  });

  test("does not give up what the agent is at work on", async () => {
    const w = await asked();
    w.passSeconds(86_000);
    const [marker] = w.markers.values();
    if (marker) await writeMarker(w.store, { ...marker, heard: w.ports.now().toISOString() });
    w.passSeconds(1000);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 1, givenUp: 0 });
  });

  test("a marker that goes while it is being looked at is nothing to count", async () => {
    const w = await asked();
    w.passSeconds(241);
    w.store.before = (operation, key) => {
      if (operation === "get") w.store.objects.delete(key);
    };
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({
      sent: 0,
      removed: 0,
      givenUp: 0,
      failed: [],
    });
  });

  test("what was never known but its state ends with what little there is to tell", async () => {
    const w = functionWorld();
    const marker = {
      version: 1,
      prefix: "job1",
      submission: "s9",
      action: "check",
      requestedAt: w.ports.now().toISOString(),
      attempts: 1,
      dispatcher: "i1",
    } as const;
    await writeMarker(w.store, marker);
    // Forged: no time, no record.
    w.status("job1", "JOB_CANCEL", { lastModified: undefined });
    w.passSeconds(86_401);
    const end = w.ports.now().toISOString();
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ givenUp: 1 });
    expect(w.records.get("job1")).toMatchObject({
      submission: "s9",
      outcome: "unreachable",
      times: { requested: end, final: end },
    });
    expect(w.announced.at(-1)).toMatchObject({ from: "JOB_CANCEL", to: "JOB_ERROR" });
  });

  test("a new submission takes nothing over from the record of the one before", async () => {
    const w = await asked();
    w.records.set("job1", {
      version: 1,
      prefix: "job1",
      submission: "older",
      state: "JOB_COMPLETE",
      slurm: { jobId: "3" },
      times: {},
    });
    w.passSeconds(86_401);
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ givenUp: 1 });
    expect(w.records.get("job1")).toMatchObject({ submission: "v1", state: "JOB_ERROR" });
    expect(w.records.get("job1")).not.toHaveProperty("slurm");
  });

  test("goes on with the others when one fails, and says which", async () => {
    const w = await asked();
    w.status("job2", "FILE_UPLOAD");
    await dispatchRequest({ key: "job2/job-aws-stat.txt", invocation: "i2" }, w.ports);
    w.passSeconds(241);
    w.refusals.push(ssmError("InternalServerError"));
    expect(await sweepPending(times, w.ports, inTime)).toMatchObject({
      sent: 1,
      failed: [{ prefix: "job1", error: expect.stringContaining("InternalServerError") }],
    });
  });
});
