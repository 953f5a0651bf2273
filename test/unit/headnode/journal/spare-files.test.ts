import { linkSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { decodeEntry, encodeEntry } from "../../../../headnode/journal/entry-file.ts";
import type { JobEntry } from "../../../../headnode/journal/job-entry.ts";
import { SpareFiles } from "../../../../headnode/journal/spare-files.ts";
import { jobEntry } from "../../../support/job-entry.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const quiet = () => undefined;
const saved = async () => undefined;
const reserve = { files: 4, bytes: 16 << 10 };

/** A folder with one file of a journal, as replaceFile leaves it, and spare files. */
async function world(text = "old") {
  const folder = temporaryFolder();
  const path = join(folder, "job1@s1.json");
  writeFileSync(path, text);
  const spare = join(folder, "spare");
  const spares = await SpareFiles.open(spare, reserve, quiet);
  const files = () => [path, ...readdirSync(spare).map((name) => join(spare, name))];
  const held = () => {
    const stats = files().map((file) => statSync(file));
    const inodes = stats.map(({ ino }) => ino).toSorted((one, other) => one - other);
    return { inodes, blocks: stats.reduce((sum, { blocks }) => sum + blocks, 0) };
  };
  return { folder, path, spare, spares, held };
}

const entry = (message: string): JobEntry =>
  jobEntry({ phase: "failing", error: { code: "lost", message } });

describe("a file that is replaced on a full disk", () => {
  test("asks for no block and no inode, however often, and holds the last text", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3900 }), { minLength: 1, maxLength: 12 }),
        async (lengths) => {
          const { path, spares, held } = await world();
          const before = held();
          for (const length of lengths) {
            const wanted = entry("x".repeat(length));
            await spares.replace(path, encodeEntry(wanted), saved);
            expect(decodeEntry(readFileSync(path, "utf8"))).toEqual(wanted);
          }
          expect(held()).toEqual(before);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("is written into a file that a crash has left under two names never", async () => {
    const { folder, path, spare, spares } = await world(encodeEntry(entry("before")));
    // The agent died between the two steps: the entry's file is among the spare ones, too.
    linkSync(path, join(spare, "two-names"));
    const again = await SpareFiles.open(spare, reserve, quiet);
    const other = join(folder, "job2@s1.json");
    for (let times = 0; times < 6; times++)
      await again.replace(other, encodeEntry(entry("after")), saved).catch(quiet);
    expect(decodeEntry(readFileSync(path, "utf8"))).toEqual(entry("before"));
    expect(spares.isShort).toBe(false);
  });

  test("with a text that no spare file holds makes room of several", async () => {
    const { path, spares, spare } = await world();
    const large = entry("x".repeat(20_000));
    await spares.replace(path, encodeEntry(large), saved);
    expect(decodeEntry(readFileSync(path, "utf8"))).toEqual(large);
    expect(readdirSync(spare).length).toBeLessThan(4);
    expect(spares.isShort).toBe(true);
    await spares.fill();
    expect(readdirSync(spare)).toHaveLength(4);
  });

  test("may be a new one: then a spare file is gone for it", async () => {
    const { folder, spares, spare } = await world();
    const path = join(folder, "job2@s1.json");
    await spares.replace(path, encodeEntry(entry("new")), saved);
    expect(decodeEntry(readFileSync(path, "utf8"))).toEqual(entry("new"));
    expect(readdirSync(spare)).toHaveLength(3);
  });
});

test("spare files outlast a restart and are not made twice", async () => {
  const { spare, held } = await world();
  const before = held();
  await SpareFiles.open(spare, reserve, quiet);
  expect(held()).toEqual(before);
});
