import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { fileEtag } from "../../../../bucket/etag.ts";
import { SINGLE_PUT_MAX } from "../../../../bucket/part-size.ts";
import { HashCache } from "../../../../transfer/comparing/hash-cache.ts";
import { uploadFolder } from "../../../../transfer/upload.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const SIZE = SINGLE_PUT_MAX + 1;
/** A time by which what was just written is long past. */
const LATER = () => Date.now() + 60_000;

let folder: string;
let path: string;
let file: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, "cache/hashes");
  file = join(folder, "large");
  writeFileSync(file, Buffer.alloc(SIZE, "a"));
});

/** Bytes read for a comparison: none when the cache knew. */
async function compare(etag: string, now = LATER): Promise<{ same: boolean; wasRead: boolean }> {
  const cache = new HashCache(path, now);
  const stats = await stat(file, { bigint: true });
  const before = existing();
  const same = await cache.hasEtag(file, stats, etag);
  await cache.save();
  // Whatever is computed is new to the cache, and written; what was known leaves it as it is.
  return { same, wasRead: existing() !== before };
}

function existing(): string | number {
  try {
    return statSync(path, { bigint: true }).ino.toString();
  } catch {
    return "none";
  }
}

describe("a large file", () => {
  test("is read once, and known from then on", async () => {
    const etag = await fileEtag(file, SIZE);
    expect(await compare(etag)).toEqual({ same: true, wasRead: true });
    expect(await compare(etag)).toEqual({ same: true, wasRead: false });
    const other = `${"0".repeat(32)}-2`;
    expect(await compare(other)).toEqual({ same: false, wasRead: false });
  });

  test.each([
    ["its time is set", () => utimesSync(file, 1, 1)],
    ["its mode is changed", () => chmodSync(file, 0o600)],
    [
      "it is replaced by one of the same size and time",
      () => {
        const { atime, mtime } = statSync(file);
        writeFileSync(`${file}2`, Buffer.alloc(SIZE, "b"));
        utimesSync(`${file}2`, atime, mtime);
        renameSync(`${file}2`, file);
      },
    ],
    [
      "it is written to, and its time set back",
      () => {
        const { atime, mtime } = statSync(file);
        writeFileSync(file, Buffer.alloc(SIZE, "b"));
        utimesSync(file, atime, mtime);
      },
    ],
  ])("is read again when %s", async (_what, change) => {
    await compare(await fileEtag(file, SIZE));
    change();
    const etag = await fileEtag(file, SIZE);
    expect(await compare(etag)).toEqual({ same: true, wasRead: true });
  });

  test("that changed just now is not remembered", async () => {
    const etag = await fileEtag(file, SIZE);
    const justNow = () => statSync(file).ctimeMs + 1900;
    expect(await compare(etag, justNow)).toEqual({ same: true, wasRead: false });
    expect(readdirSync(folder)).toEqual(["large"]);
  });

  test("that went up in one request is known by its plain MD5", async () => {
    const whole = await fileEtag(file, SIZE, "whole");
    expect(await compare(whole)).toEqual({ same: true, wasRead: true });
    // The other ETag is another question.
    expect(await compare(await fileEtag(file, SIZE))).toEqual({ same: true, wasRead: true });
  });

  test("whose object has parts of another size, or no MD5, is not even read", async () => {
    for (const etag of [`${"0".repeat(32)}-3`, "opaque"])
      expect(await compare(etag)).toEqual({ same: false, wasRead: false });
  });
});

test.each([
  ["torn", (content: string) => content.slice(0, -1)],
  ["changed", (content: string) => content.replace(/"etag":"./, '"etag":"f')],
  ["of another version", (content: string) => content.replace("hashes 1", "hashes 2")],
  ["foreign", () => "{}"],
  ["empty", () => ""],
])("a cache that is %s is dropped", async (_what, spoil) => {
  const etag = await fileEtag(file, SIZE);
  await compare(etag);
  const content = readFileSync(path, "utf8");
  const spoilt = spoil(content);
  expect(spoilt).not.toBe(content);
  writeFileSync(path, spoilt);
  expect(await compare(etag)).toEqual({ same: true, wasRead: true });
  expect(readFileSync(path, "utf8")).toBe(content);
});

test("a cache that cannot be written is no failure, and leaves nothing", async () => {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "x"), "");
  expect((await compare(await fileEtag(file, SIZE))).same).toBe(true);
  expect(readdirSync(join(folder, "cache"))).toEqual(["hashes"]);
});

test("of too many files, those not asked about for longest are forgotten", async () => {
  const etag = await fileEtag(file, SIZE);
  await compare(etag);
  const [entry] = JSON.parse(readFileSync(path, "utf8").split("\n")[1] ?? "") as [string, object][];
  const many = Array.from({ length: 10_000 }, (_, n) => [`/old/${n}`, entry?.[1]]);
  const text = JSON.stringify(many);
  const sum = createHash("sha256").update(text).digest("hex");
  writeFileSync(path, `cloud-submit-hashes 1 ${sum}\n${text}`);
  expect((await compare(etag)).wasRead).toBe(true);
  const kept = JSON.parse(readFileSync(path, "utf8").split("\n")[1] ?? "") as [string, object][];
  expect([kept.length, kept[0]?.[0], kept.at(-1)?.[0]]).toEqual([10_000, "/old/1", file]);
});

test("small files are read each time: nothing is remembered of them", async () => {
  writeFileSync(file, "small");
  expect((await compare(await fileEtag(file, 5))).same).toBe(true);
  expect(readdirSync(folder)).toEqual(["large"]);
});

test("a second upload of a folder knows its large files", async () => {
  const store = new MemoryStore();
  const root = temporaryFolder();
  writeFileSync(join(root, "large"), Buffer.alloc(SIZE, "a"));
  const options = { outsideLinks: "follow", hashCache: path, now: LATER } as const;
  await uploadFolder(store, root, "job", options);
  for (let n = 0; n < 2; n++)
    expect((await uploadFolder(store, root, "job", options)).unchanged).toBe(1);
  expect(readFileSync(path, "utf8")).toContain(join(root, "large"));
});
