import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { SentObjects } from "../../../../transfer/comparing/sent-objects.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const DAY = 24 * 3_600_000;
const object = (key: string, content = "c".repeat(32)) => ({
  key,
  size: 1 << 20,
  etag: `e-${key.replaceAll("/", "-")}`,
  content,
});

function states(bucket = "b") {
  const folder = temporaryFolder();
  const clock = { ms: 1_800_000_000_000 };
  const open = (of = bucket) => SentObjects.open(folder, of, () => clock.ms);
  const files = () =>
    readdirSync(folder).flatMap((of) =>
      readdirSync(join(folder, of)).map((name) => join(folder, of, name)),
    );
  return { clock, open, files };
}

test("a later process knows what was noted, of the same bucket only, and the last object of a content", async () => {
  const { clock, open } = states();
  const first = await open();
  first.note(object("a/x"));
  clock.ms += 1;
  first.note(object("b/x"));
  await first.save();
  const later = await open();
  expect(later.find(1 << 20, "c".repeat(32))).toMatchObject({ key: "b/x", etag: "e-b-x" });
  expect([later.hasSize(1 << 20), later.hasSize(1)]).toEqual([true, false]);
  expect(later.find(2 << 20, "c".repeat(32))).toBeUndefined();
  expect((await open("other")).hasSize(1 << 20)).toBe(false);
});

test("processes that run at once take nothing away from one another, and there are few files", async () => {
  const { clock, open, files } = states();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 5, maxLength: 20 }),
      async (rounds) => {
        const noted: string[] = [];
        for (const [round, many] of rounds.entries()) {
          clock.ms += 1;
          const all = await Promise.all(Array.from({ length: many }, () => open()));
          await Promise.all(
            all.map(async (one, at) => {
              const content = `${clock.ms}-${round}-${at}`;
              noted.push(content);
              one.note(object(`p/${content}`, content));
              await one.save();
            }),
          );
        }
        const later = await open();
        expect(noted.filter((content) => !later.find(1 << 20, content))).toEqual([]);
        expect(files().length).toBeLessThan(16);
      },
    ),
    { numRuns: 5 },
  );
});

test("a damaged file counts as none, and does not last", async () => {
  const { clock, open, files } = states();
  for (let at = 0; at < 9; at++) {
    const one = await open();
    one.note(object(`p/${at}`, `content${at}`));
    await one.save();
    const [path] = files().toSorted();
    if (at === 0) writeFileSync(path!, readFileSync(path!, "utf8").replace("p/0", "q/0"));
    clock.ms += 1;
  }
  const later = await open();
  expect(later.find(1 << 20, "content0")).toBeUndefined();
  expect(later.find(1 << 20, "content8")).toMatchObject({ key: "p/8" });
  expect(files()).toHaveLength(1);
});

test("what was not used for half a year is forgotten; what was named lately is not", async () => {
  const { clock, open } = states();
  const one = await open();
  one.note(object("a/1", "old"));
  one.note(object("a/2", "used"));
  await one.save();
  clock.ms += 179 * DAY;
  const two = await open();
  two.note(two.find(1 << 20, "used")!);
  await two.save();
  clock.ms += 2 * DAY;
  const three = await open();
  expect([three.find(1 << 20, "old"), three.find(1 << 20, "used")?.key]).toEqual([
    undefined,
    "a/2",
  ]);
});

test("ten thousand are remembered, the newest", async () => {
  const { clock, open } = states();
  const one = await open();
  for (let at = 0; at < 10_005; at++) {
    clock.ms += 1;
    one.note(object(`p/${at}`, `content${at}`));
  }
  await one.save();
  const later = await open();
  expect(later.find(1 << 20, "content4")).toBeUndefined();
  expect(later.find(1 << 20, "content5")).toBeDefined();
});

test("without a place nothing is remembered, and without an ETag nothing noted", async () => {
  const one = await SentObjects.open(undefined, "b", () => 0);
  one.note({ ...object("a/1"), etag: "" });
  expect(one.hasSize(1 << 20)).toBe(false);
  one.note(object("a/1"));
  await one.save();
  expect(one.has("a/1", "e-a-1")).toBe(true);
  expect((await SentObjects.open(undefined, "b", () => 0)).hasSize(1 << 20)).toBe(false);
});
