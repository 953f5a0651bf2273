import { describe, expect, test } from "@jest/globals";
import { listQueue } from "../../../../bucket/job-objects/marker.ts";
import { type Decision, dispatchRequest } from "../../../../functions/requests/dispatch-request.ts";
import type { State } from "../../../../protocol/state.ts";
import { collect } from "../../../support/collect.ts";
import { functionWorld, type StatusFacts, ssmError } from "../../../support/function-world.ts";

/** A world with one status object under every prefix a test asks for. */
function world(prefix: string, state?: State, more: StatusFacts = {}) {
  const w = functionWorld();
  w.status(prefix, state, more);
  const dispatch = (invocation = "i1"): Promise<Decision> =>
    dispatchRequest(
      { key: `${prefix}/job-aws-stat.txt`, requester: "123456789012", invocation },
      w.ports,
    );
  return { ...w, w, dispatch };
}

describe("dispatchRequest", () => {
  test("FILE_UPLOAD: leaves a marker, sends one command, tells the audit", async () => {
    const { dispatch, markers, sent, announced } = world("job1", "FILE_UPLOAD");
    expect(await dispatch()).toMatchObject({ did: "send", commandId: "command-1" });
    expect(sent).toEqual([
      { action: "run", prefix: "job1", submission: "v1", requester: "123456789012" },
    ]);
    expect([...markers.values()]).toEqual([
      expect.objectContaining({
        prefix: "job1",
        submission: "v1",
        action: "run",
        dispatcher: "i1",
      }),
    ]);
    expect(announced).toEqual([
      expect.objectContaining({ from: null, to: "FILE_UPLOAD", commandId: "command-1" }),
    ]);
  });

  test("JOB_CANCEL: sends a cancel", async () => {
    const { dispatch, sent } = world("job1", "JOB_CANCEL");
    await dispatch();
    expect(sent).toEqual([expect.objectContaining({ action: "cancel", prefix: "job1" })]);
  });

  test("says who asked, as far as it is told: the account, and what the CLI says of itself", async () => {
    const { dispatch, markers } = world("job1", "FILE_UPLOAD", {
      metadata: { submitter: `${"u".repeat(300)}@host` },
    });
    await dispatch();
    expect([...markers.values()][0]?.requester).toEqual({
      account: "123456789012",
      submitter: "u".repeat(256),
    });
  });

  test.each([undefined, "a b", "$(id)", "x".repeat(65)])(
    "a caller %j is not passed on: S3 knows accounts and services only",
    async (requester) => {
      const { ports, sent, status } = functionWorld();
      status("job1", "FILE_UPLOAD");
      await dispatchRequest({ key: "job1/job-aws-stat.txt", requester, invocation: "i" }, ports);
      expect(sent).toEqual([expect.objectContaining({ requester: "" })]);
    },
  );

  test("a request without a time of its own was made now", async () => {
    const { dispatch, markers, announced } = world("job1", "FILE_UPLOAD", {
      lastModified: undefined,
    });
    await dispatch();
    const requestedAt = "2026-11-23T20:45:01.000Z";
    expect([...markers.values()][0]).toMatchObject({ requestedAt });
    expect(announced[0]).toMatchObject({ requestedAt });
  });

  test("a duplicate event sends nothing", async () => {
    const { dispatch, sent } = world("job1", "FILE_UPLOAD");
    await Promise.all([dispatch("i1"), dispatch("i2")]);
    expect(await dispatch("i3")).toMatchObject({ did: "nothing" });
    expect(sent).toHaveLength(1);
  });

  test.each<[string, State | undefined]>([
    ["answered", "JOB_SUBMIT"],
    ["ended", "JOB_COMPLETE"],
    ["replaced", "FILE_UPLOAD"],
    ["removed", undefined],
  ])(
    "the status object is read once: a request that is %s meanwhile leaves a marker, for the agent to remove",
    async (_name, state) => {
      const { w, dispatch, sent, markers } = world("job1", "FILE_UPLOAD");
      w.onClaim = () => {
        if (state) w.status("job1", state);
        else w.statuses.delete("job1");
      };
      expect(await dispatch()).toMatchObject({ did: "send", submission: "v1" });
      expect([sent.length, markers.size, w.store.requests]).toEqual([1, 1, { get: 1, put: 1 }]);
    },
  );

  test("the marker's key tells of the write that asked: etag, time, account and metadata", async () => {
    const metadata = { submission: "s1", submitter: "ann@site" };
    const { w, dispatch } = world("job1", "FILE_UPLOAD", { metadata });
    await dispatch();
    const [queued, ...more] = await collect(listQueue(w.store));
    expect(more).toEqual([]);
    expect(queued).toMatchObject({
      request: { prefix: "job1", action: "run", submission: "s1" },
      asked: {
        etag: w.store.objects.get("job1/job-aws-stat.txt")?.etag,
        time: w.ports.now().getTime(),
        account: "123456789012",
        metadata,
      },
    });
  });

  test("the marker is there before the bell rings: whoever hears it finds the request", async () => {
    const { w, dispatch, markers } = world("job1", "FILE_UPLOAD");
    const found: number[] = [];
    const { send } = w.headNode;
    w.headNode.send = async (...request) => {
      found.push(markers.size);
      return send(...request);
    };
    await dispatch();
    expect(found).toEqual([1]);
  });

  test("metadata that do not fit into a key leave a marker whose text says who asked", async () => {
    const metadata = { submission: "s1", "sbatch-options": "x".repeat(1500) };
    const { w, dispatch, markers } = world("job1", "FILE_UPLOAD", { metadata });
    await dispatch();
    const [queued] = await collect(listQueue(w.store));
    expect(queued).toMatchObject({ request: { submission: "s1" }, asked: undefined });
    expect([...markers.values()]).toMatchObject([{ requester: { account: "123456789012" } }]);
    expect(await dispatch("i2")).toMatchObject({ did: "nothing" });
  });

  test("a client that asks once more is heard again, under the same submission", async () => {
    const metadata = { submission: "s1" };
    const { w, dispatch, sent, markers } = world("job1", "FILE_UPLOAD", { metadata });
    await dispatch("i1");
    w.passSeconds(120);
    w.status("job1", "FILE_UPLOAD", { metadata });
    expect(await dispatch("i2")).toMatchObject({ did: "send", submission: "s1" });
    expect([sent.length, markers.size]).toEqual([2, 2]);
    expect(sent[1]).toEqual(sent[0]);
  });

  test("of many requests at once only some ring; all are pending, and the audit hears of all", async () => {
    const w = functionWorld();
    const did: string[] = [];
    for (let job = 0; job < 20; job++) {
      w.status(`job${job}`, "FILE_UPLOAD");
      const key = `job${job}/job-aws-stat.txt`;
      did.push((await dispatchRequest({ key, invocation: `i${job}` }, w.ports)).did);
    }
    expect(did).toEqual([...Array(3).fill("send"), ...Array(17).fill("leave")]);
    expect([w.sent.length, w.markers.size, w.announced.length]).toEqual([3, 20, 20]);
    expect(w.announced.filter(({ commandId }) => commandId !== undefined)).toHaveLength(3);
  });

  test("Lambda's own retry sends what the first try could not", async () => {
    const { dispatch, refusals, sent } = world("job1", "FILE_UPLOAD");
    refusals.push(ssmError("InternalServerError"));
    await expect(dispatch("i1")).rejects.toThrow("InternalServerError");
    await dispatch("i1");
    expect(sent).toHaveLength(1);
  });

  test.each([
    ["ThrottlingException", "SSM throttles"],
    ["InvalidInstanceId", "SSM does not reach the Head Node now"],
  ])("%s is no failure: the request is pending, and the line says why", async (name, reason) => {
    const { dispatch, refusals, sent, markers, announced } = world("job1", "FILE_UPLOAD");
    refusals.push(ssmError(name));
    expect(await dispatch()).toMatchObject({ did: "leave", action: "run", reason });
    expect([sent.length, markers.size, announced.length]).toEqual([0, 1, 1]);
  });

  test.each(["a b", "-x", "$(id)", "../x", "a/b", "", "`id`", "a\nb"])(
    "prefix %j: a record that says why, and nothing is sent",
    async (prefix) => {
      const { dispatch, sent, markers, records, statuses } = world(prefix, "FILE_UPLOAD");
      expect(await dispatch()).toMatchObject({ did: "reject" });
      expect(records.get(prefix)).toMatchObject({
        prefix,
        state: "JOB_ERROR",
        outcome: "rejected",
        error: { code: "bad-prefix", message: expect.stringContaining("use 1 to 128") },
      });
      expect(statuses.get(prefix)?.state).toBe("JOB_ERROR");
      expect([sent, [...markers]]).toEqual([[], []]);
    },
  );

  test.each<[string, string, State | undefined, StatusFacts]>([
    ["JOB_SUBMIT", "job1", "JOB_SUBMIT", {}],
    ["JOB_COMPLETE", "job1", "JOB_COMPLETE", {}],
    ["an unknown word", "job1", undefined, {}],
    ["a job's own file of that name", "job1/sub", "FILE_UPLOAD", { isResult: true }],
    ["the system's own folder", ".cloud-submit", "FILE_UPLOAD", {}],
  ])("%s has no effect", async (_name, prefix, state, more) => {
    const { dispatch, sent, markers, records, announced } = world(prefix, state, more);
    expect(await dispatch()).toMatchObject({ did: "nothing" });
    expect([sent, [...markers], [...records], announced]).toEqual([[], [], [], []]);
  });

  test("another object, or a status object that is gone, has no effect", async () => {
    const { ports, sent } = functionWorld();
    for (const key of ["job1/data.txt", "job1/job-aws-stat.txt"])
      expect(await dispatchRequest({ key, invocation: "i1" }, ports)).toMatchObject({
        did: "nothing",
      });
    expect(sent).toEqual([]);
  });
});
