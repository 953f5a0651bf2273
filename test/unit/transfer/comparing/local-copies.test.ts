import { hash } from "node:crypto";
import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { LocalCopies } from "../../../../transfer/comparing/local-copies.ts";
import { guardedFolders } from "../../../support/guarded-folders.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const CHECKSUM = "crc32:AAAAAA==";
const md5 = (text: string) => hash("md5", text, "hex");

test("a checksum is known of the object that was sent, until another one is", async () => {
  const [states, root] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(root, "f"), "x");
  const stats = statSync(join(root, "f"), { bigint: true });
  const copies = await LocalCopies.open(states, root);
  copies.note("f", "e", stats, CHECKSUM);
  await copies.save(Date.now());
  const again = await LocalCopies.open(states, root);
  expect(again.checksumOf("f", "e")).toBe(CHECKSUM);
  expect(again.checksumOf("f", "other")).toBeUndefined();
  expect(again.checksumOf("g", "e")).toBeUndefined();
  // It is seen again, and nothing more is learnt of it.
  again.note("f", "e", stats);
  expect(again.checksumOf("f", "e")).toBe(CHECKSUM);
  again.note("f", "other", stats);
  expect(again.checksumOf("f", "other")).toBeUndefined();
});

test("without an ETag nothing is known, so that no other object is taken for the one that was sent", async () => {
  const { server, user, requests } = await guardedFolders({});
  server.etagOf = () => "";
  server.put("j/f", Buffer.from("theirs"));
  const copies = await LocalCopies.open(temporaryFolder(), temporaryFolder());
  const here = user();
  here.write("f", "mine!!");
  copies.note("f", "", statSync(join(here.root, "f"), { bigint: true }), CHECKSUM);
  expect(copies.checksumOf("f", "")).toBeUndefined();
  server.etagOf = () => "0".repeat(32);
  await here.send();
  expect(server.objects.get("j/f")!.body.toString()).toBe("mine!!");
  expect(requests()).toEqual({ put: 1, get: 0, head: 0 });
});

test("of several who work in a folder, each keeps what it has noted, and learns of the others", async () => {
  const [states, root] = [temporaryFolder(), temporaryFolder()];
  for (const name of ["a", "b", "c"]) writeFileSync(join(root, name), name);
  const statsOf = (name: string) => statSync(join(root, name), { bigint: true });
  const [one, other] = [await LocalCopies.open(states, root), await LocalCopies.open(states, root)];
  one.note("a", "1", statsOf("a"));
  one.note("c", "1", statsOf("c"));
  await one.save(Date.now());
  other.note("b", "2", statsOf("b"));
  expect(other.of("a")).toBeUndefined();
  await other.refresh();
  expect(other.of("a")).toMatchObject({ etag: "1" });
  other.note("a", "2", statsOf("a"));
  other.forget("c");
  await Promise.all([other.save(Date.now()), one.save(Date.now())]);
  const now = await LocalCopies.open(states, root);
  expect(["a", "b", "c"].map((name) => now.of(name)?.etag)).toEqual(["2", "2", undefined]);
});

test("a note of others that came later is not undone by one that was kept before", async () => {
  const [states, root] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(root, "a"), "a");
  const stats = statSync(join(root, "a"), { bigint: true });
  const one = await LocalCopies.open(states, root);
  one.note("a", "1", stats);
  await one.save(Date.now());
  const other = await LocalCopies.open(states, root);
  other.note("a", "2", stats);
  await other.save(Date.now());
  await one.save(Date.now());
  expect((await LocalCopies.open(states, root)).of("a")?.etag).toBe("2");
});

test("a file takes a small number of bytes in memory and on the disk, however long its path is", async () => {
  const [states, root] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(root, "f"), "x");
  const stats = statSync(join(root, "f"), { bigint: true });
  const copies = await LocalCopies.open(states, root);
  const files = 50_000;
  for (let at = 0; at < files; at++)
    copies.note(`${"folder/".repeat(20)}${at}`, md5(String(at)), stats, CHECKSUM);
  expect(copies.bytes / files).toBeLessThan(70);
  await copies.save(Date.now());
  const [name = ""] = readdirSync(states);
  expect(statSync(join(states, name)).size / files).toBeLessThan(50);
  const again = await LocalCopies.open(states, root);
  expect(again.of(`${"folder/".repeat(20)}${files - 1}`)).toEqual({
    etag: md5(String(files - 1)),
    checksum: CHECKSUM,
  });
});

const LATER_MS = 10_000;

test("a file that had not changed for a while is known by its stats, also after others have kept theirs", async () => {
  const [states, root] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(root, "f"), "x");
  const statsOf = () => statSync(join(root, "f"), { bigint: true });
  const later = () => Date.now() + LATER_MS;
  const other = await LocalCopies.open(states, root);
  const copies = await LocalCopies.open(states, root, later);
  copies.note("f", "e", statsOf());
  copies.note("g", "e", undefined);
  other.note("h", "e", statsOf());
  await other.save(Date.now());
  await copies.save(Date.now());
  const again = await LocalCopies.open(states, root, later);
  const known = (path: string, etag = "e") => again.contentOf(path, etag).isSettled?.(statsOf());
  expect([known("f"), known("f", "other"), known("g"), known("h")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([again.isAsNoted("h", statsOf()), again.isAsNoted("g", statsOf())]).toEqual([true, false]);
  utimesSync(join(root, "f"), 1, 1);
  expect(known("f")).toBe(false);
});

test("nothing is written when nothing was learnt, and it is kept as used all the same", async () => {
  const [states, root] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(root, "f"), "x");
  const stats = statSync(join(root, "f"), { bigint: true });
  const now = Date.now() + LATER_MS;
  const learn = async () => {
    const copies = await LocalCopies.open(states, root, () => now);
    copies.note("f", "e", stats, CHECKSUM);
    copies.note("g", "e", undefined, CHECKSUM);
    await copies.save(now);
    const [name = ""] = readdirSync(states);
    return statSync(join(states, name));
  };
  const [first, second] = [await learn(), await learn()];
  expect([second.ino, Math.round(second.mtimeMs)]).toEqual([first.ino, now]);
  writeFileSync(join(root, "f"), "y");
  const copies = await LocalCopies.open(states, root);
  copies.forget("f");
  await copies.save(now);
  expect((await LocalCopies.open(states, root)).of("f")).toBeUndefined();
});
