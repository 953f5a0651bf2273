import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { Disk } from "../../../../bucket/disk/disk.ts";
import { type OpenRules, openLater, openToRead } from "../../../../bucket/disk/open-to-read.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

let root: string;
let outside: string;
beforeEach(() => {
  const top = realpathSync(temporaryFolder());
  [root, outside] = [join(top, "root"), join(top, "root-beside-it")];
  for (const folder of [root, outside]) mkdirSync(join(folder, "in"), { recursive: true });
  for (const folder of [root, outside]) writeFileSync(join(folder, "in", "file"), folder);
});

/** How a disk that answers at once is asked, and one that lets wait. */
const WAYS = {
  "at once": async (path: string, rules?: OpenRules) => openToRead(new Disk(), path, rules),
  "through threads": openLater,
};

describe.each(Object.entries(WAYS))("%s", (_way, open) => {
  const code = (path: string, rules?: OpenRules) =>
    open(path, rules).then(
      (file) => {
        const text = readFileSync(file, "utf8");
        closeSync(file);
        return text;
      },
      (error: { reason?: { code: string }; code?: string }) => error.reason?.code ?? error.code,
    );

  test("a file is read, where it has to be", async () => {
    const path = join(root, "in", "file");
    expect(await code(path)).toBe(root);
    expect(await code(path, { within: root, noFollow: true })).toBe(root);
    expect(await code(path, { within: outside })).toBe("link-out");
    expect(await code(join(root, "none"), { within: root })).toBe("ENOENT");
  });

  test("a link is followed only if that is wanted, and never out of the folder", async () => {
    const [own, away] = [join(root, "own"), join(root, "away")];
    symlinkSync("in/file", own);
    symlinkSync(join(outside, "in", "file"), away);
    expect(await code(own, { within: root })).toBe(root);
    expect(await code(own, { within: root, noFollow: true })).toBe("became-another-kind");
    expect(await code(away)).toBe(outside);
    expect(await code(away, { within: root })).toBe("link-out");
  });

  test("a link in place of a folder on the way is seen", async () => {
    renameSync(join(root, "in"), join(root, "was"));
    symlinkSync(join(outside, "in"), join(root, "in"));
    expect(await code(join(root, "in", "file"), { within: root, noFollow: true })).toBe("link-out");
    expect(await code(join(root, "in"), { within: root, kind: "folder" })).toBe("link-out");
  });

  test("a pipe, a socket, a device and a folder are no files, and nothing waits for them", async () => {
    const [pipe, socket] = [join(root, "pipe"), join(root, "socket")];
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    const server = createServer().listen(socket);
    for (const path of [pipe, socket, "/dev/zero", root])
      expect([path, await code(path)]).toEqual([path, "became-another-kind"]);
    expect(await code(join(root, "in", "file"), { kind: "folder" })).toBe("became-another-kind");
    server.close();
  });
});
