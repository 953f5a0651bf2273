import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import {
  fileMark,
  readManifest,
  workFolder,
  writeManifest,
} from "../../../../headnode/jobs/work-folder.ts";
import { freeShareOf } from "../../../../headnode/upkeep/clean.ts";
import { walk } from "../../../../transfer/walk.ts";
import { collect } from "../../../support/collect.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

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

test("a manifest names each file with a mark and each empty folder without", async () => {
  const folder = world({ "job-aws-run.sh": "run", "in/data": "1" });
  mkdirSync(join(folder.path, "empty"));
  await writeManifest(folder);
  const manifest = await readManifest(folder);
  expect([...manifest.keys()].toSorted()).toEqual(["empty", "in/data", "job-aws-run.sh"]);
  expect(manifest.get("empty")).toBe("");
  expect(manifest.get("in/data")).toBe((await marksOf(folder.path)).get("in/data"));
});

test("what an interrupted download left is removed, and is in no manifest", async () => {
  const folder = world({ "in/data": "1", ".cloud-submit-parts/77": "half" });
  await writeManifest(folder);
  expect(readdirSync(folder.path)).toEqual(["in"]);
  expect([...(await readManifest(folder)).keys()]).toEqual(["in/data"]);
});

test("a file that was changed and given its old size and time back has another mark", async () => {
  const folder = world({ data: "old" });
  const path = join(folder.path, "data");
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  await writeManifest(folder);
  writeFileSync(path, "new");
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  expect((await marksOf(folder.path)).get("data")).not.toBe(
    (await readManifest(folder)).get("data"),
  );
});

test("a job without a manifest began with nothing: all that is there is a result", async () => {
  expect(await readManifest(world({ data: "1" }))).toEqual(new Map());
});

test("a manifest that cannot be read is an error: it must not make inputs into results", async () => {
  const folder = world({ data: "1" });
  await writeManifest(folder);
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
