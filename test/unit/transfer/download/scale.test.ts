import { createHash } from "node:crypto";
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { ObjectEntry } from "../../../../bucket/object-store.ts";
import { downloadFolder } from "../../../../transfer/download.ts";
import { uploadFolder } from "../../../../transfer/upload.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const [FOLDERS, EACH] = [100, 1000];
const FILES = FOLDERS * EACH;

/** A bucket that holds what the folder holds, made up while it is listed, so that it takes no memory. */
class MadeUpStore extends MemoryStore {
  listed = 0;
  /** Called with each entry that is listed. */
  onEntry = () => {};

  override async *list(): AsyncIterable<ObjectEntry> {
    const etag = createHash("md5").digest("hex");
    for (let folder = 0; folder < FOLDERS; folder++)
      for (let file = 0; file < EACH; file++) {
        this.listed += 1;
        this.onEntry();
        yield { key: `job/${name(folder)}/${name(file)}`, size: 0, etag, lastModified: undefined };
      }
  }
}

const name = (n: number) => String(n).padStart(4, "0");

test("of 100,000 files never more than a few thousand are held, either way", async () => {
  const root = temporaryFolder();
  for (let folder = 0; folder < FOLDERS; folder++) {
    mkdirSync(join(root, name(folder)));
    const first = join(root, name(folder), name(0));
    writeFileSync(first, "");
    for (let file = 1; file < EACH; file++) linkSync(first, join(root, name(folder), name(file)));
  }
  let done = 0;
  let most = 0;
  const store = new MadeUpStore();
  store.onEntry = () => {
    most = Math.max(most, store.listed - done);
  };
  const up = await uploadFolder(store, root, "job", {
    outsideLinks: "follow",
    onObject: () => void (done += 1),
  });
  expect(up).toMatchObject({ files: 0, unchanged: FILES, skippedCount: 0 });
  expect(most).toBeLessThan(2500);

  [done, most, store.listed] = [0, 0, 0];
  const down = await downloadFolder(store, "job", root, {
    wanted: () => {
      done += 1;
      return true;
    },
  });
  expect(down).toMatchObject({ files: 0, unchanged: FILES, skippedCount: 0 });
  expect(most).toBeLessThan(2500);
  expect(store.requests).toEqual({});
}, 400_000);
