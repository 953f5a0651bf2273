import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { pruneFiles } from "../../../../../cli/slurm/fetcher/prune-files.ts";
import type { JobFile } from "../../../../../cli/slurm/job-file.ts";
import { JobFiles } from "../../../../../cli/slurm/job-files.ts";
import { DAY } from "../../../../support/ended-job.ts";
import { jobFile } from "../../../../support/sent-job.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const ago = (days: number) => new Date(NOW - days * DAY);

/** A folder of job files, each last written so many days ago. */
async function folderOf(jobs: [days: number, Partial<JobFile>][]) {
  const folder = join(temporaryFolder(), "jobs");
  const files = new JobFiles(folder);
  for (const [days, changes] of jobs) {
    const file = jobFile({ isOpen: false, ...changes });
    await files.write(file);
    utimesSync(join(folder, `${file.id}.json`), ago(days), ago(days));
  }
  return { folder, files, names: () => readdirSync(folder).toSorted() };
}

const fetched = (days: number) =>
  ({ results: "fetched", resultsAt: ago(days).toISOString() }) as const;

test("files of jobs whose results came more than 30 days ago are removed, and no others", async () => {
  const { folder, files, names } = await folderOf([
    [31, { id: "1", ...fetched(31) }],
    [29, { id: "2", ...fetched(29) }],
    [400, { id: "3", results: "waiting" }],
    [400, { id: "4", results: "failed", resultsAt: ago(400).toISOString() }],
    [400, { id: "5", ...fetched(400), isOpen: true }],
    // The clock of whoever wrote it was wrong.
    [400, { id: "6", ...fetched(1) }],
    [1, { id: "7", ...fetched(400) }],
  ]);
  writeFileSync(join(folder, "8.json"), "{");
  utimesSync(join(folder, "8.json"), ago(400), ago(400));
  writeFileSync(join(folder, "notes.json"), "");
  expect(await pruneFiles(folder, files, NOW)).toBe(1);
  expect(names()).toEqual([
    "2.json",
    "3.json",
    "4.json",
    "5.json",
    "6.json",
    "7.json",
    "8.json",
    "notes.json",
  ]);
});

test("an older job with the same id goes by itself", async () => {
  const { folder, files, names } = await folderOf([[31, { id: "1", ...fetched(31) }]]);
  const submittedAt = "2026-11-24T13:00:00.000Z";
  await files.write(jobFile({ id: "1", submission: "20261124T130000Z-b", submittedAt }));
  const beside = names().find((name) => name !== "1.json")!;
  utimesSync(join(folder, beside), ago(31), ago(31));
  expect(await pruneFiles(folder, files, NOW)).toBe(1);
  expect(names()).toEqual(["1.json"]);
  expect(await files.read("1")).toMatchObject({ submittedAt });
});

test("without a folder, and of what is no file, nothing is removed", async () => {
  const folder = temporaryFolder();
  const files = new JobFiles(folder);
  mkdirSync(join(folder, "1.json"));
  utimesSync(join(folder, "1.json"), ago(400), ago(400));
  expect(await pruneFiles(folder, files, NOW)).toBe(0);
  expect(await pruneFiles(join(folder, "none"), files, NOW)).toBe(0);
});
