import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Checksum } from "../../../../bucket/checksum.ts";
import { writeChecked } from "../../../../transfer/comparing/checked-file.ts";
import { CopyRecords } from "../../../../transfer/comparing/copy-records.ts";
import { readFolderFile, writeFolderFile } from "../../../../transfer/comparing/folder-file.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const md5 = fc.string({
  unit: fc.constantFrom(..."0123456789abcdef".split("")),
  minLength: 32,
  maxLength: 32,
});
const etag = fc.oneof(
  md5,
  fc.tuple(md5, fc.integer({ min: 1, max: 10_000 })).map(([of, parts]) => `${of}-${parts}`),
  fc.string(),
  fc.constantFrom("", `${"0".repeat(32)}-0`, `${"0".repeat(32)}-01`, "A".repeat(32)),
);
const base64 = fc
  .uint8Array({ minLength: 3, maxLength: 9 })
  .map((it) => Buffer.from(it).toString("base64"));
const checksum = fc.option(
  fc.oneof(
    fc
      .uint8Array({ minLength: 4, maxLength: 4 })
      .map((it) => `crc32:${Buffer.from(it).toString("base64")}`),
    base64.map((text) => `sha256:${text}`),
    base64.map((text) => `crc32:${text}`),
    fc.constant("crc32:AAAAAA"),
  ) as fc.Arbitrary<Checksum>,
  { nil: undefined },
);

test("what was noted comes back as it was, whatever ETags and checksums are", async () => {
  const path = join(temporaryFolder(), "file");
  const noted = fc.dictionary(fc.string(), fc.record({ etag, checksum }), { maxKeys: 20 });
  await fc.assert(
    fc.asyncProperty(noted, fc.boolean(), fc.string(), async (all, made, sentJob) => {
      const copies = new CopyRecords();
      for (const [at, copy] of Object.entries(all))
        copies.note(at, copy, { text: `mark of ${at}`, isSettled: made });
      copies.note("/unmarked", { etag: sentJob }, undefined);
      expect(await writeFolderFile(path, { made, sentJob, copies })).toBe(true);
      const kept = await readFolderFile(path);
      expect([kept?.made, kept?.sentJob]).toEqual([made, sentJob]);
      for (const [at, copy] of Object.entries(all)) {
        expect(kept?.copies.find(at)).toEqual(copy);
        expect(kept?.copies.hasMark(at, `mark of ${at}`)).toBe(true);
        expect(kept?.copies.hasMark(at, "another")).toBe(false);
        expect(kept?.copies.isSettled(at, copy.etag, `mark of ${at}`)).toBe(made);
        expect(kept?.copies.isSettled(at, copy.etag, "another")).toBe(false);
        expect(kept?.copies.isSettled(at, `not ${copy.etag}`, `mark of ${at}`)).toBe(false);
      }
      expect(kept?.copies.find("/unmarked")?.etag).toBe(sentJob);
      expect(kept?.copies.hasMark("/unmarked", "")).toBe(false);
    }),
    { numRuns: 50 },
  );
});

test("what a former version wrote as JSON is read", async () => {
  const path = join(temporaryFolder(), "file");
  const files = [
    ["a/b", "e", "1:2:3:4", "crc32:AAAAAA=="],
    ["c", "f", "5:6:7:8"],
    ["d", "g", "9:6:7:8", null, true],
    ["e", "h", ""],
  ];
  await writeChecked(
    path,
    "cloud-submit-folder 1",
    JSON.stringify({ made: true, job: "b/j", files }),
  );
  const kept = await readFolderFile(path);
  // It may have been fetched.
  expect([kept?.made, kept?.sentJob]).toEqual([true, ""]);
  expect(kept?.copies.find("a/b")).toEqual({ etag: "e", checksum: "crc32:AAAAAA==" });
  expect(kept?.copies.hasMark("c", "5:6:7:8")).toBe(true);
  expect(kept?.copies.isSettled("c", "f", "5:6:7:8")).toBe(false);
  expect(kept?.copies.isSettled("d", "g", "9:6:7:8")).toBe(true);
  expect(kept?.copies.hasMark("e", "")).toBe(false);
  expect(kept?.copies.notes).toBe(0);
});

test("a file from before jobs that were sent were told from those that were fetched is read", async () => {
  const path = join(temporaryFolder(), "file");
  const copies = new CopyRecords();
  copies.note("a", { etag: "e" }, undefined);
  const head = { made: true, job: "b/j", texts: [...copies.texts] };
  const line = Buffer.from(`${JSON.stringify(head)}\n`);
  await writeChecked(path, "cloud-submit-folder 2", [line, ...copies.pieces()]);
  const kept = await readFolderFile(path);
  expect([kept?.made, kept?.sentJob]).toEqual([true, ""]);
  expect(kept?.copies.find("a")?.etag).toBe("e");
});

test("a file that is torn, or goes on, counts as none", async () => {
  const path = join(temporaryFolder(), "file");
  const copies = new CopyRecords();
  for (let at = 0; at < 100; at++) copies.note(`f${at}`, { etag: "e" }, undefined);
  await writeFolderFile(path, { made: true, sentJob: "", copies });
  const whole = readFileSync(path);
  for (const length of [0, 10, 100, whole.length - 1]) {
    writeFileSync(path, whole.subarray(0, length));
    expect(await readFolderFile(path)).toBeUndefined();
  }
  writeFileSync(path, whole);
  expect(await readFolderFile(path)).toBeDefined();
  appendFileSync(path, "x");
  expect(await readFolderFile(path)).toBeUndefined();
});

test("what is noted while it is written does not tear it", async () => {
  const path = join(temporaryFolder(), "file");
  const copies = new CopyRecords();
  for (let at = 0; at < 10_000; at++) copies.note(`f${at}`, { etag: "e" }, undefined);
  const writing = writeFolderFile(path, { made: true, sentJob: "", copies });
  const state = { isOver: false };
  void writing.finally(() => {
    state.isOver = true;
  });
  for (let at = 0; !state.isOver; at++) {
    copies.note(`f${at % 20_000}`, { etag: `${at}` }, undefined);
    await setImmediate();
  }
  const kept = await readFolderFile(path);
  expect(kept?.copies.find("f9999")).toBeDefined();
});
