import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { LocalCopies } from "../../../../transfer/comparing/local-copies.ts";
import { guardedFolders } from "../../../support/guarded-folders.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const CHECKSUM = "crc32:AAAAAA==";

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
