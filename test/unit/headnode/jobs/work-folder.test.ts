import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { newMachine } from "../../../../bucket/machine.ts";
import {
  fileMark,
  makeWorkFolder,
  noteManifest,
  readManifest,
  removeWorkFolder,
  type WorkFolder,
  workFolder,
} from "../../../../headnode/jobs/work-folder.ts";
import { fileName } from "../../../../headnode/journal/entry-file.ts";
import { freeShareOf } from "../../../../headnode/upkeep/clean.ts";
import { walk } from "../../../../transfer/walk.ts";
import { collect } from "../../../support/collect.ts";
import { HOSTILE_NAMES } from "../../../support/forged-objects.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const machine = newMachine();

/** A work folder with the given files. */
function world(files: Record<string, string>) {
  const home = temporaryFolder();
  const folder = workFolder(
    { home, workRoot: join(home, "work") },
    { prefix: "job1", submission: "s1" },
  );
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder.path, name, ".."), { recursive: true });
    writeFileSync(join(folder.path, name), text);
  }
  return folder;
}

/** The mark that each file has now. */
async function marksOf(folder: string) {
  const found = await collect(walk(folder, { outsideLinks: "refuse" }));
  return new Map(
    found.flatMap((entry) => (entry.kind === "file" ? [[entry.path, fileMark(entry.stats)]] : [])),
  );
}

/** The folder's manifest, as it is read when it was noted. */
async function noted(folder: WorkFolder) {
  return readManifest(folder, await noteManifest(folder, machine));
}

/** So many files, with names of so many characters. */
const many = (count: number, length = 4) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`${at}`.padStart(length, "n"), "text"]),
  );

test.each([
  ["none", 0, 4, false],
  ["few", 32, 4, false],
  ["many", 33, 4, true],
  ["few with long names", 32, 200, true],
] as const)(
  "a manifest of %s files is in the journal's entry, or in a file of its own",
  async (_, count, length, isInFile) => {
    const folder = world(many(count, length));
    mkdirSync(folder.path, { recursive: true });
    const marks = await noteManifest(folder, machine);
    expect([marks === undefined, existsSync(folder.manifestPath)]).toEqual([isInFile, isInFile]);
    const read = await readManifest(folder, marks);
    expect(read).toEqual(await marksOf(folder.path));
    expect(read.size).toBe(count);
  },
);

test("a manifest names each file with a mark and each empty folder without", async () => {
  const folder = world({ "job-aws-run.sh": "run", "in/data": "1" });
  mkdirSync(join(folder.path, "empty"));
  const manifest = await noted(folder);
  expect([...manifest.keys()].toSorted()).toEqual(["empty", "in/data", "job-aws-run.sh"]);
  expect(manifest.get("empty")).toBe("");
  expect(manifest.get("in/data")).toBe((await marksOf(folder.path)).get("in/data"));
});

test("what an interrupted download left is removed, and is in no manifest", async () => {
  const folder = world({ "in/data": "1", ".cloud-submit-parts/77": "half" });
  expect([...(await noted(folder)).keys()]).toEqual(["in/data"]);
  expect(readdirSync(folder.path)).toEqual(["in"]);
});

test("a file that was changed and given its old size and time back has another mark", async () => {
  const folder = world({ data: "old" });
  const path = join(folder.path, "data");
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  const before = await noted(folder);
  writeFileSync(path, "new");
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  expect((await marksOf(folder.path)).get("data")).not.toBe(before.get("data"));
});

test("a job without a manifest began with nothing: all that is there is a result", async () => {
  expect(await readManifest(world({ data: "1" }))).toEqual(new Map());
});

test("a manifest that cannot be read is an error: it must not make inputs into results", async () => {
  const folder = world(many(33));
  await noted(folder);
  rmSync(folder.manifestPath);
  mkdirSync(folder.manifestPath);
  await expect(readManifest(folder)).rejects.toMatchObject({ code: "EISDIR" });
});

test("freeShareOf is a share, and a file system without blocks is never full", async () => {
  const share = await freeShareOf(temporaryFolder());
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThanOrEqual(1);
  expect(await freeShareOf("/proc")).toBe(1);
});

describe("a job's folder", () => {
  /** Roots with an unrelated file outside, and the folder of alice's submission s1. */
  function roots() {
    const top = temporaryFolder();
    const [home, workRoot, outside] = ["home", "work", "outside"].map((name) => join(top, name));
    mkdirSync(join(outside!, "s1"), { recursive: true });
    writeFileSync(join(outside!, "s1", "x"), "of nobody");
    const folder = workFolder(
      { home: home!, workRoot: workRoot! },
      { prefix: "alice-1", submission: "s1" },
    );
    return { workRoot: workRoot!, outside: outside!, folder };
  }
  const untouched = (outside: string) =>
    expect(new Set(readdirSync(outside, { recursive: true, encoding: "utf8" }))).toEqual(
      new Set(["s1", join("s1", "x")]),
    );

  test("is made, found again, and removed with that of its prefix", async () => {
    const { workRoot, folder } = roots();
    await makeWorkFolder(folder);
    writeFileSync(join(folder.path, "data"), "1");
    await makeWorkFolder(folder);
    expect(readdirSync(folder.path)).toEqual(["data"]);
    expect(await removeWorkFolder(folder)).toBe(true);
    expect(readdirSync(workRoot)).toEqual([]);
    expect(await removeWorkFolder(folder)).toBe(true);
  });

  test("is found where the root itself is a link", async () => {
    const { workRoot, folder } = roots();
    mkdirSync(`${workRoot}-real`);
    symlinkSync(`${workRoot}-real`, workRoot);
    await makeWorkFolder(folder);
    expect(readdirSync(`${workRoot}-real`)).toEqual(["alice-1"]);
    expect(await removeWorkFolder(folder)).toBe(true);
    expect(readdirSync(`${workRoot}-real`)).toEqual([]);
  });

  test("whose prefix's folder is a link elsewhere is neither written nor removed", async () => {
    const { workRoot, outside, folder } = roots();
    mkdirSync(workRoot);
    symlinkSync(outside, join(workRoot, "alice-1"));
    await expect(makeWorkFolder(folder)).rejects.toMatchObject({ code: "stage-in-failed" });
    expect(await removeWorkFolder(folder)).toBe(false);
    untouched(outside);
  });

  test("that is a link to another job's is not written, and only the link is removed", async () => {
    const { workRoot, outside, folder } = roots();
    mkdirSync(join(workRoot, "alice-1"), { recursive: true });
    symlinkSync(join(outside, "s1"), folder.path);
    await expect(makeWorkFolder(folder)).rejects.toMatchObject({ code: "stage-in-failed" });
    expect(await removeWorkFolder(folder)).toBe(true);
    untouched(outside);
    expect(readdirSync(workRoot)).toEqual([]);
  });

  test.each([
    ["a link to nothing", (path: string) => symlinkSync("nowhere", path)],
    ["a file", (path: string) => writeFileSync(path, "x")],
  ])("in whose place, or its prefix's, is %s ends the staging", async (_name, stand) => {
    for (const at of ["alice-1", join("alice-1", "s1")]) {
      const { workRoot, folder } = roots();
      mkdirSync(join(workRoot, at, ".."), { recursive: true });
      stand(join(workRoot, at));
      await expect(makeWorkFolder(folder)).rejects.toMatchObject({ code: "stage-in-failed" });
    }
  });

  test("with links in it to all around is removed, and nothing that they lead to", async () => {
    const { outside, folder } = roots();
    await makeWorkFolder(folder);
    mkdirSync(join(folder.path, "in"));
    symlinkSync(outside, join(folder.path, "in", "folder"));
    symlinkSync(join(outside, "s1", "x"), join(folder.path, "file"));
    symlinkSync("/", join(folder.path, "root"));
    expect(await removeWorkFolder(folder)).toBe(true);
    untouched(outside);
  });

  test("has no name that would lead elsewhere, and neither has a file of the journal", () => {
    fc.assert(
      fc.property(hostileNames, hostileNames, (prefix, submission) => {
        const at = { workRoot: "/work", home: "/home" };
        const named = attempt(() => workFolder(at, { prefix, submission }).path);
        const journaled = attempt(() => fileName({ prefix, submission }));
        if (named === undefined) return expect(journaled).toBeUndefined();
        expect(relative("/work", named).split("/")).toEqual([prefix, submission]);
        expect(basename(journaled!)).toBe(journaled);
        expect(journaled!.length).toBeLessThan(255);
      }),
      { numRuns: 1000 },
    );
  });
});

const hostileNames = fc.oneof(
  fc.constantFrom(...HOSTILE_NAMES, "alice-1", "s1"),
  fc.string({ unit: "binary" }),
  fc.stringMatching(/^[./a-z\0-]{0,4}$/),
  fc.stringMatching(/^[A-Za-z0-9._-]{1,140}$/),
);

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
