import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { downloadFolder } from "../../../transfer/download.ts";
import { ignoreRules } from "../../../transfer/names/ignore-rules.ts";
import { uploadFolder } from "../../../transfer/upload.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { storeWith } from "../../support/store-with.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const filesOf = (root: string) =>
  execFileSync("find", [root, "-mindepth", "1", "-printf", "%P\n"])
    .toString()
    .trim()
    .split("\n")
    .filter(Boolean)
    .toSorted();

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
      const store = new MemoryStore();
      const up = await uploadFolder(store, source, "job", { outsideLinks: "refuse" });
      expect(up.skipped).toEqual([]);
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
            ",",
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
