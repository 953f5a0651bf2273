import { describe, expect, test } from "@jest/globals";
import { readStatus } from "../../../../bucket/job-objects/status.ts";
import { requestRun } from "../../../../cli/jobs/request-run.ts";
import { formatRecord } from "../../../../protocol/record.ts";
import { endOf } from "../../../support/ending-jobs.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const KEY = "job1/job-aws-stat.txt";

/** A client that has seen `state` in the bucket, and is about to submit. */
async function scene(state: string | undefined) {
  const store = new MemoryStore();
  if (state !== undefined) await store.put(KEY, state);
  const before = await readStatus(store, "job1");
  store.requests = {};
  const metadata = { submission: "mine" };
  const ask = () => requestRun(store, { prefix: "job1", submission: "mine", before }, metadata);
  return { store, ask };
}

describe("FILE_UPLOAD", () => {
  test.each([undefined, "JOB_COMPLETE\n", "JOB_ERROR\n", "no state"])(
    "takes the place of %j: one request",
    async (state) => {
      const { store, ask } = await scene(state);
      await ask();
      expect(store.text(KEY)).toBe("FILE_UPLOAD\n");
      expect(store.objects.get(KEY)?.metadata).toEqual({ submission: "mine" });
      expect(store.requests).toEqual({ put: 1 });
    },
  );

  test.each([undefined, "JOB_COMPLETE\n"])(
    "does not take that of another client's, who came after %j",
    async (state) => {
      const { store, ask } = await scene(state);
      await store.put(KEY, "FILE_UPLOAD\n", { metadata: { submission: "theirs" } });
      await expect(ask()).rejects.toMatchObject({ code: "active-job" });
      expect(store.objects.get(KEY)?.metadata).toEqual({ submission: "theirs" });
    },
  );

  test("is not written again when the answer to it was lost", async () => {
    const { store, ask } = await scene(undefined);
    await store.put(KEY, "FILE_UPLOAD\n", { metadata: { submission: "mine" } });
    await ask();
    expect(store.writes).toHaveLength(1);
  });

  test.each(["JOB_SUBMIT", "JOB_COMPLETE"] as const)(
    "nor when the agent has gone on to %s by then",
    async (state) => {
      const { store, ask } = await scene(undefined);
      const record = endOf("job1", { submission: "mine", state });
      await store.put("job1/job-aws-job.json", formatRecord(record));
      await store.put(KEY, `${state}\n`);
      await ask();
      expect(store.text(KEY)).toBe(`${state}\n`);
    },
  );

  test("is tried again when another write of the key came to nothing", async () => {
    const { store, ask } = await scene("JOB_COMPLETE\n");
    const put = store.put.bind(store);
    let conflicts = 2;
    store.put = async (...args) => (conflicts-- > 0 ? undefined : put(...args));
    await ask();
    expect(store.text(KEY)).toBe("FILE_UPLOAD\n");
  });

  test("is given up when that goes on", async () => {
    const { store, ask } = await scene("JOB_COMPLETE\n");
    store.put = async () => undefined;
    await expect(ask()).rejects.toMatchObject({ code: "active-job" });
  });
});
