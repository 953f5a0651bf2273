import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { SINGLE_PUT_MAX } from "../../../bucket/part-size.ts";
import { S3 } from "../../../bucket/s3/s3.ts";
import { CloudSubmitError } from "../../../protocol/error.ts";
import { downloadFolder } from "../../../transfer/download.ts";
import { ignoreRules } from "../../../transfer/names/ignore-rules.ts";
import { uploadFolder } from "../../../transfer/upload.ts";
import { CountingStore } from "../../support/counting-store.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { fail, S3Server } from "../../support/s3-server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

async function storeWith(...keys: string[]): Promise<CountingStore> {
  const store = new CountingStore();
  for (const key of keys) await store.put(`job/${key}`, `content of ${key}`);
  store.requests = {};
  return store;
}

const filesOf = (root: string) =>
  execFileSync("find", [root, "-mindepth", "1", "-printf", "%P\n"])
    .toString()
    .trim()
    .split("\n")
    .filter(Boolean)
    .toSorted();

/** The last bytes of a file. */
function endOf(path: string, bytes: number): string {
  const file = openSync(path, "r");
  try {
    const end = Buffer.alloc(bytes);
    readSync(file, end, 0, bytes, Math.max(0, fstatSync(file).size - bytes));
    return end.toString();
  } finally {
    closeSync(file);
  }
}

const posix = { isCaseBlind: false, isFormBlind: false, hasWindowsNames: false };

describe("names", () => {
  test("that this disk takes for one: the first comes, the other is named", async () => {
    const store = await storeWith("A", "a", "B/x", "b/x", "caf\u00e9", "cafe\u0301", "c");
    const disk = { ...posix, isCaseBlind: true, isFormBlind: true };
    const summary = await downloadFolder(store, "job", temporaryFolder(), { disk });
    expect(summary.files).toBe(4);
    expect(summary.skipped.map(({ path, values }) => [path, values])).toEqual([
      ["a", { other: "A" }],
      ["b/x", { other: "B/x" }],
      ["caf\u00e9", { other: "cafe\u0301" }],
    ]);
    const sighted = await downloadFolder(store, "job", temporaryFolder());
    expect([sighted.files, sighted.skippedCount]).toEqual([7, 0]);
  });

  test("that Windows cannot hold are named", async () => {
    const bad = [
      "NUL",
      "a/com1.txt",
      "x:y",
      "a?",
      "dot.",
      "space ",
      'q"',
      "tab\t",
      "lpt\u00b2",
      "b\\c",
    ];
    const store = await storeWith(...bad, "nulls", "comma.txt", ".hidden");
    const disk = { ...posix, hasWindowsNames: true };
    const summary = await downloadFolder(store, "job", temporaryFolder(), { disk });
    expect(summary.files).toBe(3);
    expect(summary.skipped.map(({ path }) => path).toSorted()).toEqual(bad.toSorted());
  });

  test("that no disk can hold, or that leave the folder, are named; all others come", async () => {
    const long = "n".repeat(256);
    const store = await storeWith(
      "../up",
      "a//b",
      "a/./b",
      "nul\0",
      long,
      "ok",
      ".cloud-submit-parts/x",
      "f",
      "f/g",
    );
    const root = temporaryFolder();
    const summary = await downloadFolder(store, "job", root);
    expect(summary.files).toBe(2);
    expect(summary.skippedCount).toBe(7);
    expect(summary.skipped.every(({ reason }) => reason.length > 10)).toBe(true);
    expect(readFileSync(join(root, "ok"), "utf8")).toBe("content of ok");
  });

  test("of a path that is too long for the system are named", async () => {
    let root = temporaryFolder();
    while (root.length < 3500) root = join(root, "d".repeat(200));
    mkdirSync(root, { recursive: true });
    const key = Array.from({ length: 4 }, () => "e".repeat(200)).join("/");
    const summary = await downloadFolder(await storeWith(key, "ok"), "job", root);
    expect([summary.files, summary.skipped]).toMatchObject([
      1,
      [{ path: key, code: "path-too-long", reason: "the path is too long for this disk" }],
    ]);
  });
});

test("any set of files comes back as it was, and a second time costs one request each way", async () => {
  const name = fc
    .oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
      fc.constantFrom(
        "-rf",
        "$(id)",
        "new\nline",
        "\\",
        "con",
        "a b",
        "%2F",
        "+",
        "~",
        "job-aws-x",
      ),
    )
    .map((text) => text.replaceAll("/", "_").replaceAll("\0", "0"))
    .filter((text) => text !== "." && text !== ".." && Buffer.byteLength(text) <= 255);
  const path = fc.array(name, { minLength: 1, maxLength: 4 });
  const file = fc.record({
    path,
    content: fc.uint8Array({ maxLength: 50 }),
    mtime: fc.integer({ min: 0, max: 2 ** 31 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(file, { maxLength: 12 }), async (files) => {
      const [source, target] = [temporaryFolder(), temporaryFolder()];
      for (const { path, content, mtime } of files)
        try {
          mkdirSync(join(source, ...path.slice(0, -1)), { recursive: true });
          writeFileSync(join(source, ...path), content, { flag: "wx" });
          utimesSync(join(source, ...path), mtime, mtime);
        } catch {
          // A file and a folder of the same name cannot both be made.
        }
      const store = new CountingStore();
      const up = await uploadFolder(store, source, "job", { outsideLinks: "refuse" });
      expect(up.summary.skipped).toEqual([]);
      expect((await downloadFolder(store, "job", target)).skipped).toEqual([]);
      const tree = (root: string) =>
        execFileSync(
          "find",
          [
            root,
            "-mindepth",
            "1",
            "-printf",
            "%P %y %s %m ",
            "-type",
            "f",
            "-printf",
            "%T@",
            "-o",
            "-printf",
            "\\0",
          ],
          { encoding: "latin1" },
        )
          .split("\0")
          .toSorted();
      expect(tree(target)).toEqual(tree(source));
      execFileSync("diff", ["-r", source, target]);
      store.requests = {};
      await downloadFolder(store, "job", target);
      await uploadFolder(store, target, "job", { outsideLinks: "refuse" });
      expect(store.requests).toEqual({ list: 2 });
    }),
    { numRuns: 60 },
  );
}, 60_000);

describe("delete", () => {
  test("removes what has no object, and leaves what is not its business", async () => {
    const store = await storeWith("same", "sub/x", "kept/", "job-aws-run.sh");
    const [root, outside] = [temporaryFolder(), temporaryFolder()];
    await downloadFolder(store, "job", root);
    mkdirSync(join(root, "gone/deep"), { recursive: true });
    mkdirSync(join(root, "empty"));
    for (const path of ["gone/deep/a", "gone/b", "sub/y", "kept/z", "x.log", "job-aws-stat.txt"])
      writeFileSync(join(root, path), "x");
    writeFileSync(join(outside, "precious"), "x");
    symlinkSync(outside, join(root, "outside"));
    symlinkSync("same", join(root, "link"));
    expect((await downloadFolder(store, "job", root)).deleted).toBe(0);
    const summary = await downloadFolder(store, "job", root, {
      delete: true,
      ignore: ignoreRules("*.log"),
    });
    expect(summary.deleted).toBe(6);
    expect(filesOf(root)).toEqual([
      "job-aws-run.sh",
      "job-aws-stat.txt",
      "kept",
      "outside",
      "same",
      "sub",
      "sub/x",
      "x.log",
    ]);
    expect(filesOf(outside)).toEqual(["precious"]);
  });

  test("removes nothing when something was left out", async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "gone"), "x");
    const summary = await downloadFolder(await storeWith("../x"), "job", root, { delete: true });
    expect([summary.deleted, existsSync(join(root, "gone"))]).toEqual([0, true]);
  });
});

describe("an interrupted download", () => {
  test("goes on where it was, in the ranges that are missing", async () => {
    const server = new S3Server();
    const url = await server.start();
    const s3 = new S3({
      region: "us-east-1",
      endpointUrl: url,
      credentials: { accessKeyId: "AK", secretAccessKey: "secret" },
      clock: { now: Date.now, sleep: async () => undefined, random: () => 1 },
    });
    try {
      const body = Buffer.alloc(4 * SINGLE_PUT_MAX + 7, "content ");
      server.put("job/large", body);
      const last = `bytes=${4 * SINGLE_PUT_MAX}-`;
      const root = temporaryFolder();
      server.intercept = async ({ method, headers }, response) => {
        if (method !== "GET" || !headers.range?.startsWith(last)) return false;
        // The other ranges are there, and noted in the file, before this one fails.
        const parts = join(root, ".cloud-submit-parts");
        const name = readdirSync(parts).find((name) => name !== "lock") ?? "";
        while (endOf(join(parts, name), 5) !== "11110")
          await new Promise((resolve) => setTimeout(resolve, 5));
        fail(response, 403, "AccessDenied");
        return true;
      };
      await expect(downloadFolder(s3.store("b"), "job", root)).rejects.toThrow();
      expect(readdirSync(root)).toEqual([".cloud-submit-parts"]);
      server.intercept = () => false;
      server.seen.length = 0;
      const summary = await downloadFolder(s3.store("b"), "job", root);
      expect(summary.files).toBe(1);
      expect(readFileSync(join(root, "large")).equals(body)).toBe(true);
      expect(readdirSync(root)).toEqual(["large"]);
      const ranges = server.seen.flatMap(({ headers }) => headers.range ?? []);
      expect(ranges).toEqual([expect.stringContaining(last)]);
    } finally {
      await server.stop();
    }
  }, 60_000);

  test("leaves the old file; what was begun of a version that is no more goes in time", async () => {
    const store = await storeWith("a");
    const root = temporaryFolder();
    writeFileSync(join(root, "a"), "old");
    const getFile = store.getFile.bind(store);
    store.getFile = async (_key, path) => {
      writeFileSync(path, "begun");
      throw new CloudSubmitError("aws", "connection lost");
    };
    await expect(downloadFolder(store, "job", root)).rejects.toThrow("connection lost");
    expect(readFileSync(join(root, "a"), "utf8")).toBe("old");
    store.getFile = getFile;
    await store.put("job/a", "another version");
    await downloadFolder(store, "job", root);
    expect(readdirSync(root).toSorted()).toEqual([".cloud-submit-parts", "a"]);
    await downloadFolder(store, "job", root, { now: () => Date.now() + 2 * 3_600_000 });
    expect(readdirSync(root)).toEqual(["a"]);
  });

  test("that goes on elsewhere is left alone: each has its own unfinished files", async () => {
    const store = await storeWith("a", "b");
    const root = temporaryFolder();
    const paths: string[] = [];
    const getFile = store.getFile.bind(store);
    let second: Promise<unknown> | undefined;
    store.getFile = async (key, path, options) => {
      paths.push(path);
      second ??= downloadFolder(store, "job", root);
      const fetched = await getFile(key, path, options);
      if (paths.length <= 2) await new Promise((resolve) => setTimeout(resolve, 20));
      return fetched;
    };
    await downloadFolder(store, "job", root);
    await second;
    expect(new Set(paths).size).toBe(paths.length);
    expect(filesOf(root)).toEqual(["a", "b"]);
  });

  test("of a process that died is taken over", async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, ".cloud-submit-parts"));
    // This process has its number, as the next one in a container has, and no lock.
    const { hostname } = await import("node:os");
    writeFileSync(join(root, ".cloud-submit-parts/lock"), `${process.pid} ${hostname()}`);
    await downloadFolder(await storeWith("a"), "job", root);
    expect(readdirSync(root)).toEqual(["a"]);
  });
});

test("an object that goes while it is fetched is named", async () => {
  const store = await storeWith("a", "b");
  const list = store.list.bind(store);
  store.list = async function* (prefix: string) {
    for await (const entry of list(prefix)) {
      if (entry.key === "job/b") store.objects.delete("job/b");
      yield entry;
    }
  };
  const summary = await downloadFolder(store, "job", temporaryFolder());
  expect(summary.skipped).toMatchObject([{ path: "b", code: "object-removed" }]);
});

test("files go to another disk through a user's own link", async () => {
  const other = execFileSync("mktemp", ["-d", "-p", "/dev/shm"]).toString().trim();
  try {
    const root = temporaryFolder();
    symlinkSync(other, join(root, "data"));
    const store = await storeWith("data/x");
    await downloadFolder(store, "job", root, { outsideLinks: "follow" });
    expect(filesOf(other)).toEqual(["x"]);
    expect(filesOf(root)).toEqual(["data"]);
  } finally {
    execFileSync("rm", ["-r", other]);
  }
});

test("a download tells its plan, its bytes and its files", async () => {
  const store = new MemoryStore();
  await store.put("job/a", "123");
  await store.put("job/b", "4567");
  const told: unknown[] = [];
  await downloadFolder(store, "job", temporaryFolder(), {
    onPlan: (files, bytes, complete) => complete && told.push(["plan", files, bytes]),
    onBytes: (bytes) => told.push(bytes),
    onFile: (path) => told.push(path),
  });
  expect(told).toHaveLength(5);
  expect(new Set(told.map(String))).toEqual(new Set(["3", "4", "a", "b", "plan,2,7"]));
});
