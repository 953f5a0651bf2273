import {
  appendFileSync,
  chmodSync,
  linkSync,
  realpathSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
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
const { uploadEntries, uploadFolder } = await import("../../../../transfer/upload.ts");
const { walk } = await import("../../../../transfer/walk.ts");
const { s3Over } = await import("../../../support/s3-over.ts");

const server = new S3Server();
let store: ObjectStore;
beforeAll(async () => {
  server.pageSize = 1000;
  store = s3Over(await server.start(), { machine }).store("b");
});
beforeEach(() => server.objects.clear());
afterAll(() => server.stop());

function folderOf(files: number): string {
  const folder = temporaryFolder();
  for (let at = 0; at < files; at++) writeFileSync(join(folder, `f${at}`), `content ${at}`);
  return folder;
}

/** Sends a folder as submit does, with what is remembered of it. */
async function send(folder: string, states: string, now = Date.now() + LATER_MS) {
  const copies = await LocalCopies.open(states, folder, () => now);
  const summary = await uploadFolder(store, folder, "p", {
    outsideLinks: "follow",
    machine,
    copies,
    onCopy: ({ path, stats }, etag, checksum) => copies.note(path, etag, stats, checksum),
  });
  await copies.save(now);
  return summary;
}

test("a small file takes six calls, and one when it is as it was", async () => {
  const first = await callsPerFile((files) => {
    const folder = folderOf(files);
    server.objects.clear();
    return calls.during(() => send(folder, temporaryFolder()));
  });
  expect(first).toEqual({ statSync: 2, openSync: 1, readSync: 1, fstatSync: 1, closeSync: 1 });
  const again = await callsPerFile(async (files) => {
    const [folder, states] = [folderOf(files), temporaryFolder()];
    server.objects.clear();
    await send(folder, states);
    return calls.during(async () => {
      expect(await send(folder, states)).toMatchObject({ files: 0, unchanged: files });
    });
  });
  expect(again).toEqual({ statSync: 1 });
});

test("a file that changed shortly before it was sent is read again", async () => {
  const [folder, states] = [folderOf(3), temporaryFolder()];
  await send(folder, states, Date.now());
  const read = await calls.during(() => send(folder, states));
  expect(read["readSync"]).toBe(3);
  const known = await calls.during(() => send(folder, states));
  expect(known["readSync"]).toBeUndefined();
});

test("a file with another content is sent, whatever its size and time of modification say", async () => {
  const [folder, states] = [folderOf(3), temporaryFolder()];
  await send(folder, states);
  const path = join(folder, "f1");
  const { atime, mtime } = statSync(path);
  writeFileSync(path, "CONTENT 1");
  utimesSync(path, atime, mtime);
  expect(await send(folder, states)).toMatchObject({ files: 1, unchanged: 2 });
  expect(server.objects.get("p/f1")?.body.toString()).toBe("CONTENT 1");
});

/** Sends a folder while something happens to `f1`, once, when it has gone up. @returns how often it went up */
async function sendWhile(folder: string, happens: (path: string) => void, options = {}) {
  let sent = 0;
  const busy = Object.assign(Object.create(store) as ObjectStore, {
    putFile: async (...args: Parameters<ObjectStore["putFile"]>) => {
      const etag = await store.putFile(...args);
      if (args[0] === join(folder, "f1") && sent++ === 0) happens(args[0]);
      return etag;
    },
    forTransfer: undefined,
  });
  const entries = walk(folder, { outsideLinks: "follow", machine });
  const summary = await uploadEntries(busy, entries, "p", { machine, ...options });
  expect(summary).toMatchObject({ files: 2, skippedCount: 0 });
  return sent;
}

/** Writes to a file, and sets its time back. */
function overwrite(path: string, content: string) {
  const { atime, mtime } = statSync(path);
  writeFileSync(path, content);
  utimesSync(path, atime, mtime);
}

test.each([
  ["grows", (path: string) => appendFileSync(path, " and more"), "content 1 and more", 2],
  [
    "is overwritten at the same time",
    (path: string) => overwrite(path, "CONTENT 1"),
    "CONTENT 1",
    2,
  ],
  ["has another mode", (path: string) => chmodSync(path, 0o640), "content 1", 1],
  ["has another name, too", (path: string) => linkSync(path, `${path}-2`), "content 1", 1],
] as const)(
  "a file that %s while it goes up is in the bucket as it is then",
  async (_, happens, then, times) => {
    const folder = folderOf(2);
    utimesSync(join(folder, "f1"), 1, 2);
    expect(await sendWhile(folder, happens)).toBe(times);
    expect(server.objects.get("p/f1")?.body.toString()).toBe(then);
  },
);

test("a job's file, in the place of which something else may be, is not opened by its name for that", async () => {
  const folder = realpathSync(folderOf(2));
  const happens = (path: string) => chmodSync(path, 0o640);
  const read = await calls.during(async () => {
    expect(await sendWhile(folder, happens, { within: folder })).toBe(1);
  });
  expect(read["openSync"]).toBe(2);
});

test("a file that another takes the place of before it is read is sent as it is then", async () => {
  const folder = folderOf(2);
  const beside = join(temporaryFolder(), "new");
  writeFileSync(beside, "CONTENT 1");
  const { atime, mtime } = statSync(join(folder, "f1"));
  utimesSync(beside, atime, mtime);
  const newer = new Date(mtime.getTime() + 5_000);
  async function* swapped() {
    for await (const entry of walk(folder, { outsideLinks: "follow", machine })) {
      if (entry.path === "f1") renameSync(beside, join(folder, "f1"));
      if (entry.path === "f0") {
        writeFileSync(join(folder, "f0"), "content that is longer");
        utimesSync(join(folder, "f0"), newer, newer);
      }
      yield entry;
    }
  }
  const summary = await uploadEntries(store, swapped(), "p", { machine });
  expect(summary).toMatchObject({ files: 2, skippedCount: 0 });
  expect(server.objects.get("p/f1")?.body.toString()).toBe("CONTENT 1");
  const longer = server.objects.get("p/f0");
  expect(longer?.body.toString()).toBe("content that is longer");
  // Sent again: with the time that the content has.
  const seconds = String(Math.floor(newer.getTime() / 1000));
  expect(longer?.headers["x-amz-meta-mtime"]).toContain(seconds);
});
