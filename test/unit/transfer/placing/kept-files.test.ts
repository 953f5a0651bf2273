import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { LocalCopies } from "../../../../transfer/comparing/local-copies.ts";
import { downloadFolder } from "../../../../transfer/download.ts";
import { uploadFolder } from "../../../../transfer/upload.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

type Files = Record<string, string>;

/** A user's folder, a bucket, and what is remembered of the one and the other between commands. */
function scene(files: Files = {}) {
  const root = temporaryFolder();
  const states = temporaryFolder();
  const store = new MemoryStore();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  return {
    root,
    store,
    write,
    read,
    remove: (path: string) => rmSync(join(root, path), { recursive: true }),
    /** Sends the folder, as submit does. */
    send: async () => {
      const copies = await LocalCopies.open(states, root);
      await uploadFolder(store, root, "j", {
        outsideLinks: "follow",
        onCopy: ({ path, stats }, etag) => copies.note(path, etag, stats),
      });
      await copies.save(Date.now());
    },
    /** The job's folder has these files and no others. */
    job: async (results: Files) => {
      for (const key of store.objects.keys()) await store.delete(key);
      for (const [path, text] of Object.entries(results)) await store.put(`j/${path}`, text);
    },
    fetch: async (options: { overwrite?: boolean; delete?: boolean } = {}) => {
      const copies = await LocalCopies.open(states, root);
      const { overwrite, delete: gone } = options;
      const keep = { copies, overwrite };
      const links = { outsideLinks: "follow", delete: gone } as const;
      const summary = await downloadFolder(store, "j", root, { ...links, keep });
      await copies.save(Date.now());
      return summary;
    },
    all: () =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .toSorted(),
  };
}

describe("a file that was changed here", () => {
  test("stays; what the job made of it comes beside it, once", async () => {
    const s = scene({ "params.txt": "1", "in.txt": "in" });
    await s.send();
    await s.job({ "params.txt": "job's", "in.txt": "job's" });
    s.write("params.txt", "mine");
    const { beside, besideCount } = await s.fetch();
    expect(beside).toEqual([{ path: "params.txt", at: "params.txt.fetched" }]);
    expect(besideCount).toBe(1);
    expect(s.read("params.txt")).toBe("mine");
    expect(s.read("params.txt.fetched")).toBe("job's");
    expect(s.read("in.txt")).toBe("job's");
    expect(await s.fetch()).toMatchObject({ files: 0, besideCount: 1 });
    expect(s.all()).toEqual(["in.txt", "params.txt", "params.txt.fetched"]);
  });

  test("is known by its content: neither size nor times hide a change", async () => {
    const s = scene({ a: "1111" });
    utimesSync(join(s.root, "a"), 1, 1);
    await s.send();
    await s.job({ a: "2222" });
    s.write("a", "mine");
    utimesSync(join(s.root, "a"), 1, 1);
    await s.fetch();
    expect(s.read("a")).toBe("mine");
  });

  test("is not one that was only touched, or written again as it was", async () => {
    const s = scene({ a: "1", b: "1" });
    await s.send();
    await s.job({ a: "2", b: "2" });
    utimesSync(join(s.root, "a"), 1, 1);
    s.remove("b");
    s.write("b", "1");
    expect(await s.fetch()).toMatchObject({ files: 2, besideCount: 0 });
    expect([s.read("a"), s.read("b")]).toEqual(["2", "2"]);
  });

  test("is replaced when that is asked for", async () => {
    const s = scene({ a: "mine" });
    await s.job({ a: "job's" });
    expect(await s.fetch({ overwrite: true })).toMatchObject({ files: 1, besideCount: 0 });
    expect(s.read("a")).toBe("job's");
  });

  test("in a folder that nothing was sent from stays as well", async () => {
    const s = scene({ a: "mine" });
    await s.job({ a: "job's" });
    await s.fetch();
    expect([s.read("a"), s.read("a.fetched")]).toEqual(["mine", "job's"]);
  });

  test("stays beside what has the name of a fetched copy: the user's, or another result", async () => {
    const s = scene({ a: "mine", "a.fetched": "mine too" });
    await s.job({ a: "job's", "a.fetched-2": "a result" });
    const { beside } = await s.fetch();
    expect(beside).toEqual([{ path: "a", at: "a.fetched-3" }]);
    expect(s.read("a.fetched")).toBe("mine too");
    expect(s.read("a.fetched-2")).toBe("a result");
    expect(s.read("a.fetched-3")).toBe("job's");
  });

  test("keeps the fetched copy beside it, also with delete", async () => {
    const s = scene({ a: "mine" });
    await s.job({ a: "job's" });
    await s.fetch();
    await s.fetch({ delete: true });
    expect(s.all()).toEqual(["a", "a.fetched"]);
  });

  test("may be a link that the user has put there", async () => {
    const s = scene({ real: "mine" });
    symlinkSync("real", join(s.root, "a"));
    await s.job({ a: "job's" });
    await s.fetch();
    expect(lstatSync(join(s.root, "a")).isSymbolicLink()).toBe(true);
    expect(s.read("a.fetched")).toBe("job's");
  });
});

test("what was fetched and not touched is replaced by what comes later", async () => {
  const s = scene();
  await s.job({ a: "1" });
  await s.fetch();
  await s.job({ a: "2" });
  expect(await s.fetch()).toMatchObject({ files: 1, besideCount: 0 });
  expect(s.read("a")).toBe("2");
});

test("a bucket whose ETags tell nothing of the content: what nobody touched is replaced", async () => {
  const s = scene({ a: "1" });
  await s.send();
  const copies = await LocalCopies.open(temporaryFolder(), s.root);
  copies.note("a", "f".repeat(32), lstatSync(join(s.root, "a"), { bigint: true }));
  await s.job({ a: "2" });
  const summary = await downloadFolder(s.store, "j", s.root, { keep: { copies } });
  expect(summary.besideCount).toBe(0);
  expect(s.read("a")).toBe("2");
});

describe("a result that turned", () => {
  test("from a file to a folder arrives", async () => {
    const s = scene({ x: "a file" });
    await s.send();
    await s.job({ "x/one": "1", "x/y/two": "2" });
    expect(await s.fetch()).toMatchObject({ files: 2, skippedCount: 0, besideCount: 0 });
    expect(s.all()).toEqual(["x/one", "x/y/two"]);
  });

  test("from a folder to a file arrives", async () => {
    const s = scene({ "x/one": "1", "x/y/two": "2" });
    await s.send();
    await s.job({ x: "a file" });
    expect(await s.fetch()).toMatchObject({ files: 1, skippedCount: 0, besideCount: 0 });
    expect(s.all()).toEqual(["x"]);
  });

  test("from a file to a folder, and the file was changed here: the folder comes beside it", async () => {
    const s = scene({ x: "a file" });
    await s.send();
    s.write("x", "mine");
    await s.job({ "x/one": "1", "x/y/two": "2" });
    expect(await s.fetch()).toMatchObject({ files: 2, skippedCount: 0, besideCount: 2 });
    expect(s.all()).toEqual(["x", "x.fetched/one", "x.fetched/y/two"]);
    expect(await s.fetch()).toMatchObject({ skippedCount: 0 });
    expect(s.all()).toEqual(["x", "x.fetched/one", "x.fetched/y/two"]);
  });

  test.each([false, true])(
    "from a folder to a file, and something in it is the user's (overwrite %s): the file comes beside",
    async (overwrite) => {
      const s = scene({ "x/one": "1" });
      await s.send();
      s.write("x/mine", "mine");
      await s.job({ x: "a file" });
      const { beside } = await s.fetch({ overwrite });
      expect(beside).toEqual([{ path: "x", at: "x.fetched" }]);
      expect(s.all()).toEqual(["x.fetched", "x/mine", "x/one"]);
    },
  );

  test("and stands in the bucket as both: the file comes, and the rest is named", async () => {
    const s = scene();
    await s.job({ x: "a file", "x/one": "1" });
    const { skipped } = await s.fetch();
    expect(skipped).toMatchObject([{ path: "x/one", code: "name-conflict" }]);
    expect(s.all()).toEqual(["x"]);
  });
});

test("whatever was done here and there, nothing that a user wrote is lost", async () => {
  const path = fc.constantFrom("a", "b", "b/c", "b/d/e", "a.fetched", "d/a", "d");
  const files = fc.dictionary(path, fc.constantFrom("sent", "job 1", "job 2"));
  const round = fc.record({ before: fc.array(path), results: files, after: fc.array(path) });
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 4 }), async (rounds) => {
      const s = scene();
      /** The user's edits since the last command looked at the path. */
      const own = new Map<string, string>();
      let edits = 0;
      const edit = (paths: string[]) => {
        for (const one of paths)
          try {
            const text = `mine ${(edits += 1)}`;
            s.write(one, text);
            own.set(one, text);
          } catch {
            // A file is where a folder is wanted, or vice versa.
          }
      };
      for (const { before, results, after } of rounds) {
        edit(before);
        await s.send();
        own.clear();
        edit(after);
        await s.job(results);
        await s.fetch();
        for (const [at, text] of own) expect({ at, text: s.read(at) }).toEqual({ at, text });
        expect(existsSync(join(s.root, ".cloud-submit-parts"))).toBe(false);
      }
    }),
    { numRuns: 25 },
  );
});
