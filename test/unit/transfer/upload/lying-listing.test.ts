import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { downloadFolder } from "../../../../transfer/download.ts";
import { uploadFolder } from "../../../../transfer/upload.ts";
import { type ListedPage, listedPage } from "../../../support/listed-page.ts";
import { s3Scene } from "../../../support/s3-over.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const s3 = s3Scene();

const first = { keys: ["job/a"], token: "1" };
const LIES: [string, (ListedPage | string)[]][] = [
  ["is cut without a token", [first, { keys: ["job/b"], truncated: true }]],
  ["gives its token again", [first, { keys: ["job/b"], token: "1" }]],
  ["goes back", [first, { keys: ["job/a"] }]],
  ["has only empty pages", [first, { token: "2" }, { token: "2" }]],
  ["names keys of another prefix", [first, { keys: ["job/b", "other/gone"] }]],
  ["has no sizes", [first, { keys: ["job/b"], size: "" }]],
  ["ends in a page of a proxy", [first, "<html><body>sign in</body></html>"]],
  ["breaks off", [first, "<ListBucketResult><Contents><Key>job/b</Key><Size>1</Size>"]],
];

function lie(pages: readonly (ListedPage | string)[]): void {
  let next = 0;
  s3.server.intercept = (seen, response) => {
    if (seen.key !== "" || seen.method !== "GET") return false;
    const page = pages[Math.min(next++, pages.length - 1)]!;
    response.end(typeof page === "string" ? page : listedPage(page));
    return true;
  };
}

function folderOf(names: readonly string[]): string {
  const root = join(temporaryFolder(), "work");
  mkdirSync(root);
  for (const name of names) writeFileSync(join(root, name), "x");
  return root;
}

test.each(LIES)("nothing in the bucket is deleted after a listing that %s", async (_, pages) => {
  const keys = ["job/a", "job/b", "job/gone", "other/gone"];
  for (const key of keys) s3.server.put(key, Buffer.from("x"));
  lie(pages);
  const uploaded = uploadFolder(s3.store, folderOf(["c"]), "job", {
    delete: true,
    outsideLinks: "follow",
    insideLinks: "keep",
  });
  await expect(uploaded).rejects.toThrow();
  expect(s3.server.count("DELETE")).toBe(0);
  for (const key of keys) expect(s3.server.objects.has(key)).toBe(true);
});

test.each(LIES)("no file is deleted after a listing that %s", async (_, pages) => {
  for (const key of ["job/a", "job/b"]) s3.server.put(key, Buffer.from("x"));
  const root = folderOf(["a", "b", "mine", "z"]);
  lie(pages);
  await expect(downloadFolder(s3.store, "job", root, { delete: true })).rejects.toThrow();
  for (const name of ["a", "b", "mine", "z"]) expect(existsSync(join(root, name))).toBe(true);
});

test("what is gone goes when the listing is a sound one", async () => {
  for (const key of ["job/a", "job/b", "job/gone"]) s3.server.put(key, Buffer.from("x"));
  const summary = await uploadFolder(s3.store, folderOf(["a", "b"]), "job", {
    delete: true,
    outsideLinks: "follow",
    insideLinks: "keep",
  });
  expect(summary.deleted).toBe(1);
  expect(s3.server.count("DELETE")).toBe(1);
});
