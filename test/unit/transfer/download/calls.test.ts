import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { ObjectStore } from "../../../../bucket/object-store.ts";
import {
  calls,
  callsPerFile,
  LATER_MS,
  countedMachine as machine,
} from "../../../support/calls-per-file.ts";
import { S3Server } from "../../../support/s3-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const { LocalCopies } = await import("../../../../transfer/comparing/local-copies.ts");
const { downloadFolder } = await import("../../../../transfer/download.ts");
const { s3Over } = await import("../../../support/s3-over.ts");

const server = new S3Server();
let store: ObjectStore;
beforeAll(async () => {
  server.pageSize = 1000;
  store = s3Over(await server.start(), { machine }).store("b");
});
beforeEach(() => {
  server.objects.clear();
  server.intercept = () => false;
});
afterAll(() => server.stop());

const MTIME = 1_700_000_000;

/** As many objects as this; with a prefix for each number, as another count of the same files. */
async function holdObjects(count: number): Promise<string> {
  const prefix = `p${count}`;
  const metadata = { mode: "0640", mtime: `${MTIME}.000000000` };
  for (let at = 0; at < count; at++)
    await store.put(`${prefix}/d/f${at}`, `content ${at}`, { metadata });
  return prefix;
}

/** Fetches as fetch does, with what is remembered of the folder. */
async function fetch(prefix: string, folder: string, states: string) {
  const now = Date.now() + LATER_MS;
  const copies = await LocalCopies.open(states, folder, () => now);
  const summary = await downloadFolder(store, prefix, folder, { machine, keep: { copies } });
  await copies.save(now);
  return summary;
}

test("a small file takes six calls the first time, and one when it is known to be the same", async () => {
  const first = await callsPerFile(async (files) => {
    const prefix = await holdObjects(files);
    const folder = temporaryFolder();
    const done = await calls.during(() => fetch(prefix, folder, temporaryFolder()));
    const { mode, mtimeMs } = statSync(join(folder, "d", "f1"));
    expect([mode & 0o7777, mtimeMs / 1000]).toEqual([0o640, MTIME]);
    return done;
  });
  expect(first).toEqual({
    openSync: 1,
    writeSync: 1,
    futimesSync: 1,
    closeSync: 1,
    lstatSync: 1,
    renameSync: 1,
  });
  const again = await callsPerFile(async (files) => {
    const prefix = await holdObjects(files);
    const [folder, states] = [temporaryFolder(), temporaryFolder()];
    await fetch(prefix, folder, states);
    // Read once more: it had only just changed.
    expect(await fetch(prefix, folder, states)).toMatchObject({ unchanged: files });
    return calls.during(async () => {
      expect(await fetch(prefix, folder, states)).toMatchObject({ unchanged: files });
    });
  });
  expect(again).toEqual({ lstatSync: 1 });
});

test("what comes into an empty folder while files are fetched stays", async () => {
  const prefix = await holdObjects(2);
  const [folder, states] = [temporaryFolder(), temporaryFolder()];
  server.intercept = ({ method, key }) => {
    if (method === "GET" && key.endsWith("d/f1")) writeFileSync(join(folder, "d", "f1"), "mine");
    return false;
  };
  const { beside } = await fetch(prefix, folder, states);
  expect(beside).toEqual([{ path: "d/f1", at: "d/f1.fetched" }]);
  expect(readFileSync(join(folder, "d", "f1"), "utf8")).toBe("mine");
  expect(readFileSync(join(folder, "d", "f1.fetched"), "utf8")).toBe("content 1");
});

test("an own file in a folder that was not empty stays", async () => {
  const prefix = await holdObjects(2);
  const [folder, states] = [temporaryFolder(), temporaryFolder()];
  await fetch(prefix, folder, states);
  writeFileSync(join(folder, "d", "f0"), "mine too!");
  await store.put(`${prefix}/d/f0`, "another content");
  expect(await fetch(prefix, folder, states)).toMatchObject({ unchanged: 1, besideCount: 1 });
  expect(readFileSync(join(folder, "d", "f0"), "utf8")).toBe("mine too!");
});
