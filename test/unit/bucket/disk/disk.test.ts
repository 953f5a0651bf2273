import { closeSync, openSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Disk } from "../../../../bucket/disk/disk.ts";
import {
  closeFile,
  entriesOf,
  lookAtStart,
  lstatOf,
  openOn,
  statOf,
  writeAt,
} from "../../../../bucket/disk/files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** A disk of which each call takes `ms`, and what was done at once and through threads. */
function diskWith(ms: number) {
  const clock = { ms: 0 };
  const took = { ms };
  const disk = new Disk(() => clock.ms);
  const ask = (bytes = 0, calls = 1) =>
    disk.ask(
      () => {
        clock.ms += took.ms;
        return "at once";
      },
      () => Promise.resolve("by threads"),
      bytes,
      calls,
    );
  return { disk, ask, clock, took };
}

describe("a disk", () => {
  test("that answers at once is asked at once, for ever", () => {
    const { ask } = diskWith(0.1);
    for (let call = 0; call < 1000; call++) expect(ask()).toBe("at once");
  });

  test("that is slow is asked through threads after a few calls, and tried again later", async () => {
    const { ask, clock, took } = diskWith(1);
    let quick = 0;
    while (ask() === "at once") quick += 1;
    expect(quick).toBe(8);
    clock.ms += 900;
    expect(await ask()).toBe("by threads");
    clock.ms += 200;
    took.ms = 0.1;
    for (let call = 0; call < 100; call++) expect(ask()).toBe("at once");
  });

  test("that is very slow once is asked through threads from then on", async () => {
    const { ask, took } = diskWith(0.1);
    expect(ask()).toBe("at once");
    took.ms = 110;
    expect(ask()).toBe("at once");
    expect(await ask()).toBe("by threads");
  });

  test("that is slow now and then, as any does beside other work, is asked at once", () => {
    const { ask, took } = diskWith(0.1);
    for (let call = 0; call < 1000; call++) {
      took.ms = call % 8 === 0 ? 20 : 0.1;
      expect(ask()).toBe("at once");
    }
  });

  test("that is asked for four calls in one is slow when each of them is, not when one is now and then", () => {
    const { ask, took } = diskWith(0.1);
    for (let step = 0; step < 1000; step++) {
      took.ms = step % 2 === 0 ? 20 : 0.1;
      expect(ask(0, 4)).toBe("at once");
    }
    took.ms = 4;
    let quick = 0;
    while (ask(0, 4) === "at once") quick += 1;
    expect(quick).toBeLessThanOrEqual(8);
  });

  test("may take longer for more bytes", () => {
    const { ask } = diskWith(1);
    for (let call = 0; call < 1000; call++) expect(ask(1024 * 1024)).toBe("at once");
  });

  test("that fails is timed all the same, and the failure is thrown", async () => {
    const { disk, clock } = diskWith(0);
    const fail = () =>
      disk.ask(
        () => {
          clock.ms += 110;
          throw new Error("no");
        },
        () => Promise.resolve("by threads"),
      );
    expect(fail).toThrow("no");
    expect(await fail()).toBe("by threads");
  });
});

/** Quick, and so slow that everything goes through threads. */
const disks: [string, () => Disk][] = [
  ["at once", () => new Disk(() => 0)],
  [
    "through threads",
    () => {
      const clock = { ms: 0 };
      const disk = new Disk(() => clock.ms);
      void disk.ask(
        () => void (clock.ms = 1000),
        () => Promise.resolve(),
      );
      return disk;
    },
  ],
];

describe.each(disks)("files %s", (_, make) => {
  test("a folder's entries are read, names that are not UTF-8 too", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a"), "");
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]), "");
    const names: string[] = [];
    for await (const some of entriesOf(make(), folder))
      names.push(...some.map(({ name }) => name.toString("hex")));
    expect(names.toSorted()).toEqual(["61", "ff"]);
    const absent = async () => {
      for await (const some of entriesOf(make(), join(folder, "none")))
        names.push(...some.map(({ name }) => name.toString()));
    };
    await expect(absent()).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("it is told what is there, what is not, and where a link leads", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a"), "abc");
    symlinkSync("a", join(folder, "link"));
    expect((await statOf(make(), join(folder, "link"))).size).toBe(3n);
    expect((await lstatOf(make(), join(folder, "link")))?.isSymbolicLink()).toBe(true);
    expect(await lstatOf(make(), join(folder, "none"))).toBeUndefined();
    const below = async () => lstatOf(make(), join(folder, "a", "b"));
    await expect(below()).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  test.each([3, 1024 * 1024, 3 * 1024 * 1024])(
    "the start of a file is read, %i bytes",
    async (size) => {
      const path = join(temporaryFolder(), "a");
      const content = Buffer.alloc(size, "0123456789");
      writeFileSync(path, content);
      const look = async (most: number, file = path) =>
        lookAtStart(make(), file, most, (bytes) => Buffer.from(bytes));
      expect((await look(size)).equals(content)).toBe(true);
      expect((await look(size + 10)).equals(content)).toBe(true);
      expect((await look(2)).equals(content.subarray(0, 2))).toBe(true);
      const absent = () => look(size, `${path}.none`);
      await expect(absent()).rejects.toMatchObject({ code: "ENOENT", syscall: "open" });
    },
  );

  test("files are looked at side by side, each with its own bytes", async () => {
    const folder = temporaryFolder();
    const disk = make();
    const looks = ["a", "bb", "ccc"].map(async (text) => {
      writeFileSync(join(folder, text), text);
      return lookAtStart(disk, join(folder, text), 3, (bytes) => bytes.toString());
    });
    expect(await Promise.all(looks)).toEqual(["a", "bb", "ccc"]);
    const absent = async () => lookAtStart(disk, join(folder, "none"), 3, () => 0);
    await expect(absent()).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("bytes are written where they belong, and need not stay as they are", async () => {
    const path = join(temporaryFolder(), "a");
    writeFileSync(path, "what was there before");
    const disk = make();
    const file = await openOn(disk, path, "w");
    const bytes = Buffer.from("world");
    const first = writeAt(disk, file, bytes, 6);
    bytes.write("hello");
    const second = writeAt(disk, file, bytes, 0);
    bytes.fill("!");
    await Promise.all([first, second]);
    await closeFile(disk, file);
    expect(readFileSync(path, "latin1")).toBe("hello\0world");
  });

  test("a write that fails says so", async () => {
    const path = join(temporaryFolder(), "a");
    writeFileSync(path, "");
    const file = openSync(path, "r");
    const write = async () => writeAt(make(), file, Buffer.from("a"), 0);
    await expect(write()).rejects.toMatchObject({ code: "EBADF" });
    closeSync(file);
  });
});
