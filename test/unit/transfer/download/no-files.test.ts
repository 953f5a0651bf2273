import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { SINGLE_PUT_MAX } from "../../../../bucket/part-size.ts";
import { downloadFolder } from "../../../../transfer/download.ts";
import { PartialFiles } from "../../../../transfer/placing/partial-files.ts";
import { s3Scene } from "../../../support/s3-over.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const s3 = s3Scene();

/** Things that no download makes, at a path. */
const OTHERS: Record<string, (path: string, elsewhere: string) => void> = {
  "a link": (path, elsewhere) => symlinkSync(elsewhere, path),
  "a link that leads nowhere": (path) => symlinkSync("nowhere", path),
  "a folder": (path) => {
    mkdirSync(path);
    writeFileSync(join(path, "in it"), "");
  },
  "a pipe": (path) => execFileSync("mkfifo", [path]),
};

test.each(
  Object.keys(OTHERS).flatMap<[string, string, number]>((what) => [
    [what, "a small file", 5],
    [what, "a large file", SINGLE_PUT_MAX + 1],
  ]),
)("%s in the place of %s that is to come gives way", async (what, _size, bytes) => {
  const body = Buffer.alloc(bytes, "come");
  s3.server.put("job/file", body);
  const [root, elsewhere] = [temporaryFolder(), join(temporaryFolder(), "kept")];
  writeFileSync(elsewhere, "the user's own");
  for await (const { key, etag } of s3.store.list("job/")) {
    const part = new PartialFiles(root, Date.now).path(key, etag);
    mkdirSync(dirname(part));
    OTHERS[what]?.(part, elsewhere);
  }
  expect(await downloadFolder(s3.store, "job", root)).toMatchObject({ files: 1, skippedCount: 0 });
  expect(readFileSync(join(root, "file")).equals(body)).toBe(true);
  expect([readdirSync(root), readFileSync(elsewhere, "utf8")]).toEqual([
    ["file"],
    "the user's own",
  ]);
});

test("a link in place of the folder of unfinished files is not followed", async () => {
  s3.server.put("job/file", Buffer.from("come"));
  const [root, elsewhere] = [temporaryFolder(), temporaryFolder()];
  symlinkSync(realpathSync(elsewhere), join(root, ".cloud-submit-parts"));
  const failed = downloadFolder(s3.store, "job", root);
  await expect(failed).rejects.toThrow("symbolic link");
  expect(readdirSync(elsewhere)).toEqual([]);
});
