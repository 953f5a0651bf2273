import { hash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { cacheWorld } from "../../../support/cache-world.ts";

const KiB = 1024;
const BODY = Buffer.alloc(256 * KiB, "right ");
const WRONG = Buffer.alloc(BODY.length, "wrong ");
/** Compared by their digests: of long buffers, each byte would be looked at by the test framework. */
const digest = (bytes: Buffer) => hash("sha256", bytes, "hex");
const contentOf = (at: string, path = "data") => digest(readFileSync(join(at, path)));

describe("an object that was staged before", () => {
  test("is not fetched again, and the record tells so", async () => {
    const w = cacheWorld();
    const { local } = await w.open();
    const [data, small] = [await w.input("data", BODY), await w.input("small", "1")];
    const first = await w.stage(local, [data, small]);
    expect(first).toMatchObject({ gets: 2, summary: { cached: { files: 0 } } });
    expect(first.summary.verdict()).not.toHaveProperty("cached");
    const second = await w.stage(local, [data, await w.input("small", "2")]);
    expect(second.gets).toBe(1);
    expect(second.summary.verdict()).toMatchObject({
      files: 2,
      cached: { files: 1, bytes: BODY.length },
    });
    expect(contentOf(second.at)).toBe(digest(BODY));
    expect(statSync(join(second.at, "data")).mode & 0o777).toBe(0o644);
  });

  test.each([true, false])("nor after a restart; versions kept: %p", async (keepsVersions) => {
    const w = cacheWorld({ keepsVersions });
    const data = await w.input("data", BODY);
    await w.stage((await w.open()).local, [data]);
    for (const _restart of [1, 2]) {
      const { local } = await w.open();
      expect(await w.stage(local, [data])).toMatchObject({ gets: 0 });
    }
  });

  test("has the mode and time that its manifest says, and a job may write to its copy", async () => {
    const w = cacheWorld();
    const { local } = await w.open();
    const data = await w.input("data", BODY);
    const { at } = await w.stage(local, [data]);
    writeFileSync(join(at, "data"), WRONG);
    const next = await w.stage(local, [{ ...data, mode: "0755", mtime: "1000000000.5" }]);
    expect(next.gets).toBe(0);
    expect(contentOf(next.at)).toBe(digest(BODY));
    const { mode, mtimeMs } = statSync(join(next.at, "data"));
    expect([mode & 0o777, mtimeMs]).toEqual([0o755, 1_000_000_000_500]);
  });

  test("without a word on its mode in the manifest, it is fetched: the object's own may have changed", async () => {
    const w = cacheWorld();
    const { local } = await w.open();
    const { mode: _, ...data } = await w.input("data", BODY);
    await w.stage(local, [data]);
    expect(await w.stage(local, [data])).toMatchObject({ gets: 1 });
  });
});

describe("never a wrong byte in a job: a file of the cache that was", () => {
  const harms: Record<string, (path: string) => void> = {
    damaged: (path) => {
      chmodSync(path, 0o644);
      writeFileSync(path, WRONG);
    },
    "damaged, with its time set back": (path) => {
      const { atime, mtime, mode } = statSync(path);
      chmodSync(path, 0o644);
      writeFileSync(path, WRONG);
      chmodSync(path, mode);
      utimesSync(path, atime, mtime);
    },
    truncated: (path) => truncateSync(path, 10),
    lengthened: (path) => appendFileSync(path, "more"),
    "replaced by another file": (path) => {
      writeFileSync(`${path}.new`, WRONG);
      renameSync(`${path}.new`, path);
    },
    "replaced by a link": (path) => {
      writeFileSync(`${path}.new`, WRONG);
      rmSync(path);
      symlinkSync(`${path}.new`, path);
    },
    "replaced by a folder": (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    removed: (path) => rmSync(path),
  };
  test.each(
    Object.keys(harms).flatMap((how) =>
      ["0644", "0444"].flatMap((mode) =>
        ["while the agent ran", "before it started"].map((when) => [how, mode, when] as const),
      ),
    ),
  )("%s (mode %s, %s)", async (how, mode, when) => {
    const w = cacheWorld();
    const data = await w.input("data", BODY, { mode });
    let { local } = await w.open();
    await w.stage(local, [data]);
    const [path = ""] = w.files();
    harms[how]?.(path);
    if (when === "before it started") ({ local } = await w.open());
    const { at, gets } = await w.stage(local, [data]);
    expect(gets).toBe(1);
    expect(contentOf(at)).toBe(digest(BODY));
    // And is there again.
    const again = await w.stage(local, [data]);
    expect(again.gets).toBe(0);
    expect(contentOf(again.at)).toBe(digest(BODY));
  });

  test("any of its bytes", async () => {
    const w = cacheWorld();
    const data = await w.input("data", BODY);
    const { local } = await w.open();
    await w.stage(local, [data]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(BODY.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const [path = ""] = w.files();
          const bytes = readFileSync(path);
          bytes[at] = (bytes[at] ?? 0) ^ by;
          writeFileSync(path, bytes);
          const staged = await w.stage(local, [data]);
          expect(staged.gets).toBe(1);
          expect(contentOf(staged.at)).toBe(digest(BODY));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("an input that is declared by its mode", () => {
  const declared = async (w: ReturnType<typeof cacheWorld>) =>
    w.input("data", BODY, { mode: "0444", mtime: "1000000000.000000000" });

  test("is read only, and one file for all jobs and the cache", async () => {
    const w = cacheWorld();
    const { local } = await w.open();
    const data = await declared(w);
    const staged = [];
    for (let job = 0; job < 5; job++) staged.push(await w.stage(local, [data]));
    expect(staged.map(({ gets }) => gets)).toEqual([1, 0, 0, 0, 0]);
    const files = staged.map(({ at }) => statSync(join(at, "data")));
    expect(new Set(files.map(({ ino }) => ino)).size).toBe(1);
    expect(files[0]).toMatchObject({ nlink: 6, mtimeMs: 1_000_000_000_000 });
    expect((files[0]?.mode ?? 0) & 0o777).toBe(0o444);
  });

  test("stays what it is when a job replaces its file", async () => {
    const w = cacheWorld();
    const { local } = await w.open();
    const data = await declared(w);
    const [one, other] = [await w.stage(local, [data]), await w.stage(local, [data])];
    rmSync(join(one.at, "data"));
    writeFileSync(join(one.at, "data"), "a result");
    expect(contentOf(other.at)).toBe(digest(BODY));
    const third = await w.stage(local, [data]);
    expect(third.gets).toBe(0);
    expect(contentOf(third.at)).toBe(digest(BODY));
  });

  test("a job that makes its file writable, and writes, harms no job that is staged later", async () => {
    const w = cacheWorld();
    const { local } = await w.open();
    const data = await declared(w);
    const { at } = await w.stage(local, [data]);
    const file = join(at, "data");
    const { atime, mtime } = statSync(file);
    chmodSync(file, 0o600);
    writeFileSync(file, WRONG);
    chmodSync(file, 0o444);
    utimesSync(file, atime, mtime);
    const next = await w.stage(local, [data]);
    expect(next.gets).toBe(1);
    expect(contentOf(next.at)).toBe(digest(BODY));
  });

  test("with another mode or time, while other jobs have it, is a copy", async () => {
    const w = cacheWorld();
    const { local } = await w.open();
    const data = await declared(w);
    const first = await w.stage(local, [data]);
    const other = await w.stage(local, [{ ...data, mode: "0555" }]);
    expect(other.gets).toBe(0);
    const modes = [first, other].map(({ at }) => statSync(join(at, "data")).mode & 0o777);
    expect(modes).toEqual([0o444, 0o555]);
  });

  test("small ones, and those of an agent without a cache, are read only, too", async () => {
    const w = cacheWorld();
    const { local } = await w.open(0);
    const { at } = await w.stage(local, [await w.input("data", "1", { mode: "0440" })]);
    expect(statSync(join(at, "data")).mode & 0o777).toBe(0o440);
  });

  test("what an interrupted staging has left of it is never written to", async () => {
    const w = cacheWorld();
    const { local } = await w.open();
    const data = await declared(w);
    const { at } = await w.stage(local, [data]);
    const [path = ""] = w.files();
    let part = "";
    const getFile = w.store.getFile.bind(w.store);
    w.store.getFile = async (key, to, options) => {
      part = to;
      return getFile(key, to, options);
    };
    const into = join(at, "..", "again");
    const another = await w.input("data", WRONG);
    await w.stage(local, [another], into);
    rmSync(join(into, "data"));
    // As after a crash between two names.
    rmSync(w.files().find((one) => one !== path) ?? "");
    linkSync(path, part);
    await w.stage(local, [another], into);
    expect(contentOf(into)).toBe(digest(WRONG));
    expect(digest(readFileSync(path))).toBe(digest(BODY));
  });
});

describe("the disk", () => {
  test("an agent with a lower bound keeps what was used last; with none, nothing", async () => {
    const w = cacheWorld();
    const { local } = await w.open();
    const inputs = [];
    for (const path of ["a", "b", "c"])
      inputs.push(await w.input(path, Buffer.alloc(100 * KiB, path)));
    await w.stage(local, inputs);
    w.skip(2 * 3_600_000);
    for (const path of [1, 0]) await w.stage(local, inputs.slice(path, path + 1));
    const next = await w.open(200 * KiB);
    expect(next.cache.bytes).toBe(200 * KiB);
    expect(w.files()).toHaveLength(2);
    const gets = [];
    for (const input of inputs.slice(0, 2)) gets.push((await w.stage(next.local, [input])).gets);
    expect(gets).toEqual([0, 0]);
    await w.open(0);
    expect(existsSync(w.folder)).toBe(false);
  });

  test("what a crash has left goes at the next start, and torn notes cost a GET", async () => {
    const w = cacheWorld();
    const data = await w.input("data", BODY);
    await w.stage((await w.open()).local, [data]);
    for (const name of [".half", "unknown"]) writeFileSync(join(w.folder, name), "x");
    const notes = readFileSync(w.notes, "utf8");
    await fc.assert(
      fc.asyncProperty(fc.nat(notes.length), async (length) => {
        writeFileSync(w.notes, notes.slice(0, length));
        const { local } = await w.open();
        expect(w.files().length).toBeLessThanOrEqual(1);
        const { at, gets } = await w.stage(local, [data]);
        expect(gets).toBeLessThanOrEqual(1);
        expect(contentOf(at)).toBe(digest(BODY));
      }),
      { numRuns: 20 },
    );
  });
});
