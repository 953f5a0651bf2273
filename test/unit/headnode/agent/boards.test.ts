import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { boardKey, parseBoard } from "../../../../protocol/board.ts";
import { submittedWorld, world } from "../../../support/agent-world.ts";
import { arrayTask, task } from "../../../support/fake-slurm.ts";

const BOARD = "board-0123456789-ABCDEF";
const boardIn = (w: ReturnType<typeof world>) => parseBoard(w.store.text(boardKey(BOARD)) ?? "");
const jobOn = (w: ReturnType<typeof world>) => boardIn(w)?.jobs[0];

test("a job is on its board from its request to its end", async () => {
  const { w, version } = await submittedWorld({ metadata: { board: BOARD, submission: "s1" } });
  await w.until(() => jobOn(w)?.state === "RUNNING");
  expect(jobOn(w)).toMatchObject({ submission: version, slurmJobId: "1", cpus: 2, final: false });
  w.end("1", task("COMPLETED"));
  await w.until(() => jobOn(w)?.final === true);
  expect(jobOn(w)).toMatchObject({ state: "COMPLETED", outcome: "completed" });
  expect(w.state("job1")).toBe("JOB_COMPLETE");
  await w.until(() => w.isPutAside("job1"));
});

test("a job that Slurm refuses is on its board, with Slurm's words", async () => {
  const w = world();
  w.slurm.refuse = "sbatch: error: no such partition";
  await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD", { board: BOARD });
  await w.until(() => jobOn(w)?.final === true);
  expect(jobOn(w)).toMatchObject({
    state: "FAILED",
    reason: "SbatchRefused",
    error: w.slurm.refuse,
  });
  expect(jobOn(w)?.slurmJobId).toBeUndefined();
});

test("all tasks of an array are on it", async () => {
  const w = world();
  w.slurm.arrays.set("1", { tasks: "1-4", waiting: "1-4" });
  w.slurm.ends.set("1", [arrayTask("1", "RUNNING"), arrayTask("2-4", "PENDING")]);
  await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD", { board: BOARD });
  await w.until(() => jobOn(w)?.tasks?.[0]?.state === "RUNNING");
  expect(jobOn(w)?.tasks?.map(({ ids, state }) => [ids, state])).toEqual([
    ["1", "RUNNING"],
    ["2-4", "PENDING"],
  ]);
  w.end("1", arrayTask("1-3", "COMPLETED"), arrayTask("4", "FAILED", 2));
  await w.until(() => jobOn(w)?.final === true);
  expect(jobOn(w)?.tasks?.map(({ ids, state }) => [ids, state])).toEqual([
    ["1-3", "COMPLETED"],
    ["4", "FAILED"],
  ]);
});

test("an end that was not told before a crash is told after it", async () => {
  const { w, agent } = await submittedWorld({ metadata: { board: BOARD } });
  await w.until(() => jobOn(w)?.state === "RUNNING");
  w.store.before = (operation, key) => {
    if (operation === "put" && key === boardKey(BOARD)) throw new Error("503");
  };
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  agent.kill();
  w.store.before = () => undefined;
  expect(jobOn(w)?.final).toBe(false);
  await w.start();
  await w.until(() => jobOn(w)?.final === true);
  await w.until(() => w.isPutAside("job1"));
});

test("S3 that takes no board holds up no job", async () => {
  const w = world();
  w.store.before = (_operation, key) => {
    if (key === boardKey(BOARD)) throw new Error("503");
  };
  await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD", { board: BOARD });
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
});

test("jobs without a board cost no request and no look", async () => {
  const { w } = await submittedWorld();
  await w.someRounds();
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect([w.slurm.looks, w.left().filter((key) => key.includes("/boards/"))]).toEqual([0, []]);
});

test("a board's name is in no record, event or log", async () => {
  const w = world();
  const said: string[] = [];
  w.onLog = (line) => void said.push(JSON.stringify(line));
  w.store.before = (operation, key) => {
    if (operation === "put" && key === boardKey(BOARD) && said.length < 40) throw new Error("503");
  };
  await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD", { board: BOARD });
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  const texts = [said.join(), JSON.stringify(w.published), w.store.text("job1/job-aws-job.json")];
  for (const text of texts) expect(text).not.toContain(BOARD);
  const journal = join(w.home, "journal");
  const files = readdirSync(journal).filter((name) => name.startsWith("job1@"));
  const kept = files.map((name) => readFileSync(join(journal, name), "utf8")).join("");
  expect(files.length === 0 || kept.includes(BOARD)).toBe(true);
});
