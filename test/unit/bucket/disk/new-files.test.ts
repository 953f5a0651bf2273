import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { anyDisk, ownDisk } from "../../../../bucket/disk/disk.ts";
import { NewFiles } from "../../../../bucket/disk/new-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const MTIME = 1_700_000_000;
const mask = process.umask();
afterEach(() => void process.umask(mask));

describe.each([
  ["at once", ownDisk],
  ["through threads", anyDisk],
])("files that are made %s", (_, disk) => {
  const write = async (path: string, text: string, mode: number, files = new NewFiles(disk)) => {
    const bytes = Buffer.from(text);
    const done = files.write(path, bytes, { mode, mtime: MTIME });
    bytes.fill("!");
    await done;
    return [
      statSync(path).mode & 0o7777,
      statSync(path).mtimeMs / 1000,
      readFileSync(path, "utf8"),
    ];
  };

  test.each([0o022, 0o077, 0])(
    "have their mode and time, whatever the mask is: %s",
    async (own) => {
      process.umask(own);
      const folder = temporaryFolder();
      const files = new NewFiles(disk);
      for (const name of ["a", "b"])
        for (const mode of [0o600, 0o644, 0o755, 0o666, 0o444])
          expect(await write(join(folder, `${name}${mode}`), "text", mode, files)).toEqual([
            mode,
            MTIME,
            "text",
          ]);
    },
  );

  test("take the place of what was left", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "a");
    writeFileSync(path, "something longer");
    chmodSync(path, 0o700);
    expect(await write(path, "text", 0o640)).toEqual([0o640, MTIME, "text"]);
  });

  // Root may write to everything: files are then made as another user, who may be anybody.
  const asUser = async (task: () => Promise<void>) => {
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      await task();
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  };

  test("that came read only, and come again, are made anew", async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o777);
    const path = join(folder, "input");
    await asUser(async () => {
      for (const text of ["damaged", "as it is"])
        expect(await write(path, text, 0o444)).toEqual([0o444, MTIME, text]);
    });
  });

  test("come piece by piece, too", async () => {
    const path = join(temporaryFolder(), "a");
    const files = new NewFiles(disk);
    const file = await files.open(path, { mode: 0o750 });
    await files.close(file, { mtime: MTIME });
    const { mode, mtimeMs, size } = statSync(path);
    expect([mode & 0o7777, mtimeMs / 1000, size]).toEqual([0o750, MTIME, 0]);
  });

  test("are not written through a link, with a mode or without", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a"), "kept");
    const link = join(folder, "link");
    symlinkSync("a", link);
    await expect(write(link, "text", 0o644)).rejects.toMatchObject({ code: "ELOOP" });
    const plain = async () => new NewFiles(disk).open(link, {});
    await expect(plain()).rejects.toMatchObject({ code: "ELOOP" });
    expect(readFileSync(join(folder, "a"), "utf8")).toBe("kept");
  });
});
