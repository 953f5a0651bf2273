import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Disk } from "../../../../bucket/disk/disk.ts";
import { lstatOf } from "../../../../bucket/disk/files.ts";
import { HashCache } from "../../../../transfer/comparing/hash-cache.ts";
import { LocalCopies } from "../../../../transfer/comparing/local-copies.ts";
import { EmptyFolders } from "../../../../transfer/placing/empty-folders.ts";
import { KeptFiles } from "../../../../transfer/placing/kept-files.ts";
import { Places } from "../../../../transfer/placing/places.ts";
import { TransferSummary } from "../../../../transfer/summary.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("a file beside its place is compared once", async () => {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries({
    a: "mine",
    "a.fetched": "other",
    "a.fetched-2": "new",
  }))
    writeFileSync(join(root, path), text);
  const disk = new Disk();
  const copies = await LocalCopies.open(undefined, root);
  const comparing = { disk, cache: new HashCache(undefined, Date.now) };
  const kept = new KeptFiles(root, { copies }, comparing, { outsideLinks: "follow" });
  const summary = new TransferSummary();
  const compared: string[] = [];
  const same = async (path: string) => {
    compared.push(path);
    return path === "a.fetched-2" ? lstatOf(disk, join(root, path)) : undefined;
  };
  const proofs = { of: async () => undefined, foundSame: () => undefined };
  const places = new Places(kept, summary, same, proofs, new EmptyFolders(disk, root));
  const entry = { key: "j/a", size: 3, etag: "e", lastModified: new Date(0) };
  expect(await places.hasSame(entry, "a")).toBe(true);
  expect(compared).toEqual(["a", "a.fetched", "a.fetched-2"]);
  expect(summary.beside).toEqual([{ path: "a", at: "a.fetched-2" }]);
  // The place is known by now, and what is there may have changed.
  expect(await places.hasSame(entry, "a")).toBe(true);
  expect(compared.slice(3)).toEqual(["a", "a.fetched-2"]);
});
