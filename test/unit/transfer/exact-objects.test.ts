import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { READ_KEY_METADATA } from "../../../protocol/read-key.ts";
import { downloadFolder } from "../../../transfer/download.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const KEY = "the-key-of-the-object-elsewhere";

/** A folder that holds a file already, and an object elsewhere in the bucket with the same content. */
async function scene(text: string, readKey: string, metadata = { [READ_KEY_METADATA]: KEY }) {
  const store = new MemoryStore();
  const folder = temporaryFolder();
  writeFileSync(join(folder, "in"), text);
  const etag = (await store.put("alice--x/secret", text, { metadata })) ?? "";
  const source = { key: "alice--x/secret", readKey };
  const input = { path: "in", size: text.length, etag, source };
  const fetch = () =>
    downloadFolder(store, "bob--x", folder, { exactly: new Map([["in", input]]) });
  return { store, folder, input, fetch };
}

test.each(["of alice", ""])(
  "a file that is here already (%j) stays for who knows the read key, and is not fetched again",
  async (text) => {
    const { store, fetch } = await scene(text, KEY);
    expect(await fetch()).toMatchObject({ unchanged: 1, skippedCount: 0, changed: 0 });
    expect(store.requests).not.toHaveProperty("getFile");
  },
);

test.each(["of alice", ""])(
  "a file that is here already (%j) does not tell what an object holds to who does not know it",
  async (text) => {
    const wrong = await scene(text, "the-key-of-another-one-of-the-bucket");
    const another = await scene(text, KEY);
    Object.assign(another.input, { etag: "f".repeat(32) });
    const [seen, expected] = [await wrong.fetch(), await another.fetch()];
    expect(seen).toEqual(expected);
    expect(seen).toMatchObject({ unchanged: 0, skippedCount: 1, changed: 1 });
  },
);

test("an object without a read key is nobody's to name", async () => {
  const { fetch } = await scene("1", KEY, {} as never);
  expect(await fetch()).toMatchObject({ changed: 1 });
});

test("two inputs that are copies of one object, one of them with a wrong key: it is that one which is missing", async () => {
  const { store, input, folder } = await scene("of alice", KEY);
  const wrong = { key: "alice--x/secret", readKey: "the-key-of-another-one-of-the-bucket" };
  const paths = ["a", "b", "c", "d"];
  const exactly = new Map(
    paths.map((path) => [path, { ...input, path, ...(path === "b" && { source: wrong }) }]),
  );
  const summary = await downloadFolder(store, "bob--x", folder, { exactly });
  expect(summary.skipped.map(({ path }) => path)).toEqual(["b"]);
  for (const path of ["a", "c", "d"])
    expect(readFileSync(join(folder, path), "utf8")).toBe("of alice");
});
