import { appendFileSync, chmodSync, mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { OBJECT_MAX } from "../../../bucket/object-limit.ts";
import { ignoreRules, readIgnoreRules } from "../../../transfer/names/ignore-rules.ts";
import { uploadFolder } from "../../../transfer/upload.ts";
import type { SyncOptions } from "../../../transfer/upload-options.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { s3Scene } from "../../support/s3-over.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

function folderWith(...paths: string[]): string {
  const root = temporaryFolder();
  for (const path of paths) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), `content of ${path}`);
  }
  return root;
}

async function upload(store: MemoryStore, root: string, options: Partial<SyncOptions> = {}) {
  return uploadFolder(store, root, "job", { outsideLinks: "follow", ...options });
}

const keysOf = (store: MemoryStore) => [...store.objects.keys()].toSorted();

const s3 = s3Scene();

describe("what is there already", () => {
  test.each([
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
    [2500, 3],
  ])("%i files that did not change cost %i requests", async (files, requests) => {
    const store = new MemoryStore();
    const root = temporaryFolder();
    for (let n = 0; n < files; n++) writeFileSync(join(root, `file ${n}`), String(n));
    expect((await upload(store, root)).files).toBe(files);
    store.requests = {};
    expect(await upload(store, root)).toMatchObject({ files: 0, unchanged: files });
    expect(store.requests).toEqual({ list: requests });
  });

  test("costs nothing but pages of the listing over HTTP, too", async () => {
    const root = folderWith("a", "b/c", "b-d", "e f", "+%é");
    const options = { outsideLinks: "follow" } as const;
    await uploadFolder(s3.store, root, "job", options);
    expect(s3.server.count("PUT")).toBe(5);
    s3.server.seen.length = 0;
    const summary = await uploadFolder(s3.store, root, "job", options);
    expect(summary).toMatchObject({ files: 0, unchanged: 5 });
    // This server lists two objects a page.
    expect(s3.server.seen.map(({ method, key }) => [method, key])).toEqual(
      Array.from({ length: 3 }, () => ["GET", ""]),
    );
  });

  test("is compared by content: not by time, and not by size alone", async () => {
    const store = new MemoryStore();
    const root = folderWith("same", "other");
    await upload(store, root);
    writeFileSync(join(root, "same"), "content of same");
    writeFileSync(join(root, "other"), "CONTENT of other");
    store.writes.length = 0;
    await upload(store, root);
    expect(store.writes).toEqual(["job/other"]);
  });

  test("stays when the bucket lists in no order; then nothing is deleted", async () => {
    const store = new MemoryStore();
    await upload(store, folderWith("a", "b", "c"));
    const list = store.list.bind(store);
    store.list = async function* (prefix: string) {
      const entries = [];
      for await (const entry of list(prefix)) entries.push(entry);
      yield* entries.toReversed();
    };
    const summary = await upload(store, folderWith("a"), { delete: true });
    expect([summary.deleted, keysOf(store)]).toEqual([0, ["job/a", "job/b", "job/c"]]);
    expect(summary.notes).toMatchObject([
      { path: ".", code: "not-in-order" },
      { path: ".", code: "nothing-deleted" },
    ]);
  });
});

describe("delete", () => {
  test("removes what is gone from the folder, and nothing else", async () => {
    const store = new MemoryStore();
    for (const key of [
      "job/gone",
      "job/sub/gone",
      "job/sub-gone/",
      "job/kept/",
      "job/ignored.log",
      "job/unwanted",
      "job/job-aws-stat.txt",
      "job/job-aws-run.sh",
      "job/job-aws-new.txt",
      "job/../escaped",
      "job2/other",
      ".cloud-submit/pending/job/run-1.json",
    ])
      await store.put(key, "x");
    const root = folderWith("kept/file", "stays");
    const summary = await upload(store, root, {
      delete: true,
      ignore: ignoreRules("*.log"),
      wanted: (path) => path !== "unwanted",
    });
    expect(summary.deleted).toBe(3);
    expect(keysOf(store)).toEqual([
      ".cloud-submit/pending/job/run-1.json",
      "job/../escaped",
      "job/ignored.log",
      "job/job-aws-new.txt",
      "job/job-aws-run.sh",
      "job/job-aws-stat.txt",
      "job/kept/",
      "job/kept/file",
      "job/stays",
      "job/unwanted",
      "job2/other",
    ]);
  });

  test("removes nothing unless it is asked to, or when something could not be read", async () => {
    const store = new MemoryStore();
    await store.put("job/gone", "x");
    const root = folderWith("a");
    expect((await upload(store, root)).deleted).toBe(0);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), "x");
    const summary = await upload(store, root, { delete: true });
    expect([summary.deleted, keysOf(store)]).toEqual([0, ["job/a", "job/gone"]]);
    expect(summary.notes).toMatchObject([
      { path: "\ufffd", code: "name-not-utf8" },
      { path: ".", code: "nothing-deleted" },
    ]);
  });

  test("removes nothing when the folder itself is not there", async () => {
    const store = new MemoryStore();
    await store.put("job/gone", "x");
    const root = folderWith("a");
    rmSync(root, { recursive: true });
    expect(await upload(store, root, { delete: true })).toMatchObject({ deleted: 0 });
  });

  test("comes last: a failure before it removes nothing", async () => {
    const store = new MemoryStore();
    await store.put("job/gone", "x");
    store.before = (operation) => {
      if (operation === "put") throw new Error("503");
    };
    await expect(upload(store, folderWith("a"), { delete: true })).rejects.toThrow("503");
    expect(keysOf(store)).toEqual(["job/gone"]);
  });
});

describe("ignore rules", () => {
  test("come from a file in the folder, which goes up itself; the job script always does", async () => {
    const root = folderWith("job-aws-run.sh", "a.tmp", "keep.tmp", "data/x", "sub/data/y");
    writeFileSync(join(root, ".cloudsubmitignore"), "# comment\n*.tmp\n!keep.tmp\n/data/\njob-*\n");
    const store = new MemoryStore();
    await upload(store, root, { ignore: await readIgnoreRules(root) });
    expect(keysOf(store)).toEqual([
      "job/.cloudsubmitignore",
      "job/job-aws-run.sh",
      "job/keep.tmp",
      "job/sub/data/y",
    ]);
    expect(await readIgnoreRules(temporaryFolder())).toBeUndefined();
  });

  test("stay the same for more paths than the library is let remember", () => {
    const rules = ignoreRules("*.o\n");
    for (let n = 0; n < 25_000; n++)
      if (rules(`${n}.c`, false) || !rules(`${n}.o`, false)) throw new Error(String(n));
  });
});

test("a file larger than an object can be is named", async () => {
  const root = folderWith("small");
  truncateSync(join(root, "small"), 0);
  const entry = {
    kind: "file",
    path: "huge",
    absolute: join(root, "small"),
    stats: { size: BigInt(OBJECT_MAX) + 1n },
  };
  const { uploadEntries } = await import("../../../transfer/upload.ts");
  const summary = await uploadEntries(
    new MemoryStore(),
    (async function* () {
      yield entry as never;
    })(),
    "job",
    {},
  );
  expect(summary.skipped).toEqual([
    {
      path: "huge",
      code: "too-large",
      values: { max: "48.8 TiB" },
      reason: "larger than an object in S3 can be (48.8 TiB)",
    },
  ]);
});

test("a plan grows ahead of what is sent, and ends with what was sent", async () => {
  const store = new MemoryStore();
  const root = folderWith("a", "b", "c");
  await upload(store, folderWith("a"));
  const [plans, bytes]: [unknown[], number[]] = [[], []];
  const summary = await upload(store, root, {
    onPlan: (...plan) => plans.push(plan),
    onBytes: (count) => bytes.push(count),
  });
  expect(plans).toEqual([
    [1, 12, false],
    [2, 24, false],
    [2, 24, true],
  ]);
  expect([summary.bytes, bytes]).toEqual([24, [12, 12]]);
});

test("an upload that S3 refuses leaves nothing running", async () => {
  const store = new MemoryStore();
  let [begun, ended] = [0, 0];
  store.putFile = async () => {
    begun += 1;
    await new Promise((resolve) => setImmediate(resolve));
    ended += 1;
    throw new Error("AccessDenied");
  };
  const root = folderWith(...Array.from({ length: 600 }, (_, n) => `f${n}`));
  await expect(upload(store, root)).rejects.toThrow("AccessDenied");
  expect(begun).toBe(ended);
  expect(begun).toBeLessThanOrEqual(256);
});

test.each([
  ["small", 600, 10, 256],
  ["middling", 80, 2 ** 20, 64],
  ["large", 10, 8 * 2 ** 20, 8],
])(
  "of %s files (%i), %i bytes each, %i are in flight at a time",
  async (_what, files, bytes, most) => {
    const store = new MemoryStore();
    const root = temporaryFolder();
    for (let n = 0; n < files; n++) writeFileSync(join(root, `${n}`), Buffer.alloc(bytes, n));
    let [now, busiest] = [0, 0];
    let release = () => {};
    const enough = new Promise<void>((resolve) => (release = resolve));
    store.before = async (operation) => {
      if (operation !== "put") return;
      now += 1;
      busiest = Math.max(busiest, now);
      // None ends before as many are in flight as may be, and one too many has had the time to come.
      if (now === most) setTimeout(release, 50);
      await enough;
      now -= 1;
    };
    await upload(store, root);
    expect(busiest).toBe(most);
  },
);

test("unfinished downloads and what cannot be read are not sent, and the second is named", async () => {
  const store = new MemoryStore();
  const root = folderWith("a", ".cloud-submit-parts/0123", "sub/.cloud-submit-parts-9");
  appendFileSync(join(root, "locked"), "x");
  chmodSync(join(root, "locked"), 0);
  store.putFile = async (path, key) => {
    if (path.endsWith("locked"))
      throw Object.assign(new Error("EACCES: permission denied, open"), {
        syscall: "open",
        path,
        code: "EACCES",
      });
    return (await store.put(key, "x")) ?? "";
  };
  const summary = await upload(store, root);
  expect(keysOf(store)).toEqual(["job/a", "job/sub/"]);
  expect(summary.skipped).toMatchObject([
    {
      path: "locked",
      code: "system-error",
      values: { error: expect.stringMatching("EACCES") },
      reason: expect.stringMatching("EACCES"),
    },
  ]);
});
