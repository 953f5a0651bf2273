import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { boardId, knownBoard } from "../../../../cli/slurm/board-id.ts";
import { type JobFile, jobFileSchema } from "../../../../cli/slurm/job-file.ts";
import { JobFiles } from "../../../../cli/slurm/job-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const job = (id: string, changes: Partial<JobFile> = {}): JobFile => ({
  version: 1,
  id,
  bucket: "jobs",
  prefix: `job-${id}`,
  submission: "s1",
  board: "b".repeat(22),
  origins: [{ path: "/project", at: "" }],
  isOpen: true,
  asked: {
    name: "a",
    user: "taro",
    options: [],
    command: "a",
    workDir: "/project",
    stdout: "/project/o",
  },
  submittedAt: "2026-11-24T12:00:00.000Z",
  results: "waiting",
  ...changes,
});

test("keeps one file for each job, for the user alone", async () => {
  const folder = join(temporaryFolder(), "jobs");
  const files = new JobFiles(folder);
  expect(await files.list()).toEqual([]);
  expect(await files.read("1")).toBeUndefined();
  await files.write(job("1"));
  await files.write(job("2", { submittedAt: "2026-11-24T13:00:00.000Z" }));
  await files.write(job("1", { results: "fetched" }));
  writeFileSync(join(folder, "3.json"), "torn");
  expect((await files.list()).map(({ id, results }) => [id, results])).toEqual([
    ["2", "waiting"],
    ["1", "fetched"],
  ]);
  expect(statSync(join(folder, "1.json")).mode & 0o777).toBe(0o600);
  expect(await files.read("../1")).toBeUndefined();
});

test("what is no job is passed over, and what the schema takes is not", async () => {
  const folder = temporaryFolder();
  const files = new JobFiles(folder);
  await files.write(job("1"));
  const whole = JSON.parse(readFileSync(join(folder, "1.json"), "utf8")) as Record<string, unknown>;
  const needed = Object.keys(whole);
  for (const [at, name] of needed.entries()) {
    const { [name]: _, ...less } = whole;
    expect(jobFileSchema.safeParse(less).success).toBe(false);
    writeFileSync(join(folder, `${at + 2}.json`), JSON.stringify(less));
  }
  for (const [at, text] of ["null", "[]", "1", '"a"', "{}"].entries())
    writeFileSync(join(folder, `${at + 100}.json`), text);
  const wrong = { asked: { ...job("1").asked, options: [1] }, origins: [], last: null, version: 2 };
  for (const [at, [name, value]] of Object.entries(wrong).entries())
    writeFileSync(join(folder, `${at + 200}.json`), JSON.stringify({ ...whole, [name]: value }));
  expect((await files.list()).map(({ id }) => id)).toEqual(["1"]);
});

test("an id that comes twice is the newer job's; the older one is kept, and can be written", async () => {
  const files = new JobFiles(temporaryFolder());
  const old = job("1");
  const young = job("1", { submission: "s2", submittedAt: "2026-11-25T12:00:00.000Z" });
  await files.write(old);
  await files.write(young);
  await files.write({ ...old, results: "fetched" });
  expect(await files.read("1")).toEqual(young);
  expect((await files.list()).map(({ submission, results }) => [submission, results])).toEqual([
    ["s2", "waiting"],
    ["s1", "fetched"],
  ]);
  expect(await files.listNewest()).toEqual([young]);
});

test("a board is made once, by whoever is first, and is the user's secret", async () => {
  const root = temporaryFolder();
  const folders = { root, jobs: join(root, "jobs") };
  expect(await knownBoard(folders)).toBeUndefined();
  let made = 0;
  const secret = () => `${(made += 1)}`.padStart(22, "k");
  const all = await Promise.all(Array.from({ length: 8 }, () => boardId(folders, secret)));
  expect(new Set(all).size).toBe(1);
  expect(await knownBoard(folders)).toBe(all[0]);
  expect(statSync(join(root, "board")).mode & 0o777).toBe(0o600);
});
