import { describe, expect, test } from "@jest/globals";
import { type Decision, dispatchRequest } from "../../../functions/lib/dispatch-request.ts";
import type { HeadNodeRequest } from "../../../functions/lib/head-node.ts";
import type { StatusObject } from "../../../functions/lib/job-bucket.ts";
import type { StateChange } from "../../../protocol/event.ts";
import type { PendingMarker } from "../../../protocol/marker.ts";
import type { JobRecord } from "../../../protocol/record.ts";

const lastModified = new Date("2026-11-23T20:45:01Z");
const upload: StatusObject = {
  state: "FILE_UPLOAD",
  writtenByAgent: false,
  metadata: {},
  versionId: "v1",
  lastModified,
  etag: '"e1"',
};

/** A bucket and a Head Node that note what is done to them. */
function world(status: StatusObject | undefined) {
  const markers = new Map<string, PendingMarker>();
  const sent: HeadNodeRequest[] = [];
  const rejected: JobRecord[] = [];
  const announced: StateChange[] = [];
  let failures = 0;
  let [current, answer]: [typeof status, typeof status] = [status, status];
  return {
    markers,
    sent,
    rejected,
    announced,
    /** What the status object becomes before a marker is claimed. */
    answerBeforeClaim: (later: typeof status) => {
      answer = later;
    },
    failNextSend: () => {
      failures += 1;
    },
    dispatch: (key: string, invocation = "i1"): Promise<Decision> =>
      dispatchRequest(
        { key, requester: "123456789012", invocation },
        {
          bucketName: "b",
          bucket: {
            readStatus: async () => current,
            claimMarker: async (marker) => {
              const id = `${marker.prefix}/${marker.action}-${marker.submission}`;
              const there = markers.get(id);
              if (!there) markers.set(id, marker);
              current = answer;
              return there ?? marker;
            },
            releaseMarker: async (marker) =>
              void markers.delete(`${marker.prefix}/${marker.action}-${marker.submission}`),
            reject: async (record) => void rejected.push(record),
          },
          headNode: {
            send: async (request) => {
              if (failures-- > 0) throw new Error("ThrottlingException");
              sent.push(request);
              return `command-${sent.length}`;
            },
          },
          announce: async (change) => void announced.push(change),
          now: () => lastModified,
        },
      ),
  };
}

describe("dispatchRequest", () => {
  test("FILE_UPLOAD: leaves a marker, sends one command, tells the audit", async () => {
    const { dispatch, markers, sent, announced } = world(upload);
    expect(await dispatch("job1/job-aws-stat.txt")).toMatchObject({
      did: "send",
      commandId: "command-1",
    });
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
    const { dispatch, sent } = world({ ...upload, state: "JOB_CANCEL" });
    await dispatch("job1/job-aws-stat.txt");
    expect(sent).toEqual([expect.objectContaining({ action: "cancel", prefix: "job1" })]);
  });

  test("a duplicate event sends nothing", async () => {
    const { dispatch, sent } = world(upload);
    await Promise.all([
      dispatch("job1/job-aws-stat.txt", "i1"),
      dispatch("job1/job-aws-stat.txt", "i2"),
    ]);
    expect(await dispatch("job1/job-aws-stat.txt", "i3")).toMatchObject({ did: "nothing" });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ["answered", { ...upload, state: "JOB_SUBMIT" as const }],
    ["replaced", { ...upload, versionId: "v2" }],
    ["removed", undefined],
  ])("a request that is %s between look and claim sends nothing", async (_name, later) => {
    const { dispatch, answerBeforeClaim, sent, markers } = world(upload);
    answerBeforeClaim(later);
    expect(await dispatch("job1/job-aws-stat.txt")).toMatchObject({ did: "nothing" });
    expect([sent, [...markers]]).toEqual([[], []]);
  });

  test("Lambda's own retry sends what the first try could not", async () => {
    const { dispatch, failNextSend, sent } = world(upload);
    failNextSend();
    await expect(dispatch("job1/job-aws-stat.txt", "i1")).rejects.toThrow("ThrottlingException");
    await dispatch("job1/job-aws-stat.txt", "i1");
    expect(sent).toHaveLength(1);
  });

  test.each(["a b", "-x", "$(id)", "../x", "a/b", "", "`id`", "a\nb"])(
    "prefix %j: a record that says why, and nothing is sent",
    async (prefix) => {
      const { dispatch, sent, markers, rejected } = world(upload);
      expect(await dispatch(`${prefix}/job-aws-stat.txt`)).toMatchObject({ did: "reject" });
      expect(rejected).toEqual([
        expect.objectContaining({
          prefix,
          state: "JOB_ERROR",
          outcome: "rejected",
          error: { code: "bad-prefix", message: expect.stringContaining("use 1 to 128") },
        }),
      ]);
      expect([sent, [...markers]]).toEqual([[], []]);
    },
  );

  test.each([
    ["another object", "job1/data.txt", upload],
    ["a status object that is gone", "job1/job-aws-stat.txt", undefined],
    ["JOB_SUBMIT", "job1/job-aws-stat.txt", { ...upload, state: "JOB_SUBMIT" as const }],
    ["JOB_COMPLETE", "job1/job-aws-stat.txt", { ...upload, state: "JOB_COMPLETE" as const }],
    ["an unknown word", "job1/job-aws-stat.txt", { ...upload, state: undefined }],
    ["JOB_CANCEL under a bad prefix", "a/b/job-aws-stat.txt", { ...upload, writtenByAgent: true }],
    [
      "a job's own file of that name",
      "job1/sub/job-aws-stat.txt",
      { ...upload, writtenByAgent: true },
    ],
    ["the system's own folder", ".cloud-submit/job-aws-stat.txt", upload],
  ])("%s has no effect", async (_name, key, status) => {
    const { dispatch, sent, markers, rejected, announced } = world(status);
    expect(await dispatch(key)).toMatchObject({ did: "nothing" });
    expect([sent, [...markers], rejected, announced]).toEqual([[], [], [], []]);
  });
});
