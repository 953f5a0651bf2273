import { describe, expect, test } from "@jest/globals";
import { readStatus, writeStatus } from "../../../../bucket/job-objects/status.ts";
import { WRITER_METADATA } from "../../../../protocol/objects.ts";
import { STATES, STATUS_MAX_BYTES } from "../../../../protocol/state.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const KEY = "job1/job-aws-stat.txt";

describe("readStatus", () => {
  test("tells the state, and what identifies the write", async () => {
    const store = new MemoryStore();
    const metadata = { submission: "s" };
    const etag = await store.put(KEY, "FILE_UPLOAD\r\n", { metadata });
    expect(await readStatus(store, "job1")).toEqual({
      state: "FILE_UPLOAD",
      submission: "s",
      etag,
      versionId: "version1",
      lastModified: store.objects.get(KEY)?.lastModified,
      metadata,
      isResult: false,
    });
  });

  test("two writes of one state are two submissions", async () => {
    const store = new MemoryStore();
    const ids = new Set<string | undefined>();
    for (const _ of [1, 2]) {
      await writeStatus(store, "job1", "FILE_UPLOAD");
      ids.add((await readStatus(store, "job1"))?.submission);
    }
    expect(ids.size).toBe(2);
  });

  test("is undefined when there is no status object", async () => {
    expect(await readStatus(new MemoryStore(), "job1")).toBeUndefined();
  });

  test.each([`FILE_UPLOAD\n${" ".repeat(STATUS_MAX_BYTES)}`, "", "RUN"])(
    "an object that holds no state is one all the same (%#)",
    async (content) => {
      const store = new MemoryStore();
      const etag = await store.put(KEY, content);
      expect(await readStatus(store, "job1")).toMatchObject({ state: undefined, etag });
    },
  );

  test("knows what came back with the results of a job", async () => {
    const store = new MemoryStore();
    await store.put(KEY, "FILE_UPLOAD", { metadata: { [WRITER_METADATA]: "agent" } });
    expect(await readStatus(store, "job1")).toMatchObject({ isResult: true });
  });
});

describe("writeStatus", () => {
  test.each(STATES)("%s is read back, with its metadata", async (state) => {
    const store = new MemoryStore();
    expect(await writeStatus(store, "job1", state, { metadata: { links: "keep" } })).toBe(true);
    expect(await readStatus(store, "job1")).toMatchObject({ state, metadata: { links: "keep" } });
  });

  test("over a status object that is another one by now, or gone, changes nothing", async () => {
    const store = new MemoryStore();
    await store.put(KEY, "JOB_CANCEL\n");
    const { etag } = (await readStatus(store, "job1"))!;
    expect(await writeStatus(store, "job1", "JOB_SUBMIT", { ifMatch: "another" })).toBe(false);
    expect(store.text(KEY)).toBe("JOB_CANCEL\n");
    expect(await writeStatus(store, "job1", "JOB_SUBMIT", { ifMatch: etag })).toBe(true);
    expect(store.text(KEY)).toBe("JOB_SUBMIT\n");
    await store.delete(KEY);
    expect(await writeStatus(store, "job1", "JOB_SUBMIT", { ifMatch: etag })).toBe(false);
    expect(store.objects.size).toBe(0);
  });
});
