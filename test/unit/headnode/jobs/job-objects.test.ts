import { describe, expect, test } from "@jest/globals";
import { JobObjects } from "../../../../headnode/jobs/job-objects.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

function world() {
  const store = new MemoryStore();
  return { store, objects: new JobObjects(store) };
}

describe("readStatus", () => {
  test("tells the state and what identifies the write", async () => {
    const { store, objects } = world();
    await store.put("job1/job-aws-stat.txt", "FILE_UPLOAD\r\n", { metadata: { submission: "s" } });
    expect(await objects.readStatus("job1")).toMatchObject({
      state: "FILE_UPLOAD",
      versionId: "version1",
      metadata: { submission: "s" },
      etag: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  test("is undefined when there is no status object", async () => {
    expect(await world().objects.readStatus("job1")).toBeUndefined();
  });

  test("of an object that is too large for a state is none, and its body is not read", async () => {
    const { store, objects } = world();
    await store.put("job1/job-aws-stat.txt", `FILE_UPLOAD\n${" ".repeat(2000)}`);
    const get = store.get.bind(store);
    let body: { destroyed: boolean; readableDidRead: boolean } | undefined;
    store.get = async (key) => {
      const got = await get(key);
      body = got?.body;
      return got;
    };
    expect(await objects.readStatus("job1")).toMatchObject({ state: undefined });
    expect(body).toMatchObject({ destroyed: true, readableDidRead: false });
  });
});

test("writeStatus with an ETag that is out of date changes nothing", async () => {
  const { store, objects } = world();
  await store.put("job1/job-aws-stat.txt", "JOB_CANCEL\n");
  expect(await objects.writeStatus("job1", "JOB_SUBMIT", "another")).toBe("conflict");
  expect(store.text("job1/job-aws-stat.txt")).toBe("JOB_CANCEL\n");
  const etag = store.objects.get("job1/job-aws-stat.txt")?.etag ?? "";
  expect(await objects.writeStatus("job1", "JOB_SUBMIT", etag)).toBe("written");
  expect(store.text("job1/job-aws-stat.txt")).toBe("JOB_SUBMIT\n");
});

test.each(["", "{", "[]"])("a record of %j is none", async (text) => {
  const { store, objects } = world();
  await store.put("job1/job-aws-job.json", text);
  expect(await objects.readRecord("job1")).toBeUndefined();
});
