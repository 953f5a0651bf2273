import { expect, test } from "@jest/globals";
import { writeBoard } from "../../../../../bucket/job-objects/board.ts";
import { writeStatus } from "../../../../../bucket/job-objects/status.ts";
import { boardId } from "../../../../../cli/slurm/board-id.ts";
import { scancel } from "../../../../../cli/slurm/fetcher/scancel.ts";
import { scancelCall } from "../../../../../cli/slurm/fetcher/scancel-args.ts";
import type { JobFile } from "../../../../../cli/slurm/job-file.ts";
import { JobFiles } from "../../../../../cli/slurm/job-files.ts";
import { pendingJobs } from "../../../../../cli/slurm/pending-jobs.ts";
import { latestJobs } from "../../../../../cli/slurm/view/load-jobs.ts";
import { realSource } from "../../../../../cli/slurm/view/real-source.ts";
import { jobFile } from "../../../../support/sent-job.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testContext } from "../../../../support/test-ui.ts";

async function scene(files: JobFile[]) {
  const test = testContext();
  const jobs = temporaryFolder();
  for (const file of files) {
    await new JobFiles(jobs).write(file);
    const { submission } = file;
    await writeStatus(test.store, file.prefix, "JOB_SUBMIT", { submission });
  }
  test.requests.length = 0;
  const lines: string[] = [];
  const folders = { root: jobs, jobs };
  const slurm = { context: test.context, folders, env: {}, cwd: "/" };
  const source = realSource(slurm, async () => undefined);
  const ports = {
    tell: (line: string) => void lines.push(line),
    ask: undefined,
    user: { name: "taro", uid: 1000 },
    userExists: async (name: string) => name === "hanako",
    latest: () => latestJobs({ source, now: test.context.now, ownNow: test.context.now }),
  };
  const call = async (...argv: string[]) => scancel(slurm, scancelCall(argv, {}), ports);
  const status = (id: string) => test.store.objects.get(`job${id}/job-aws-stat.txt`)!;
  const state = (id: string) => status(id).body.toString().trim();
  /** A board tells of a job in this state. */
  const tell = async (id: string, told: string) => {
    const { submission } = jobFile({ id });
    const time = test.context.now().toISOString();
    const row = { submission, slurmJobId: id, state: told, partition: "queue1", final: false };
    await writeBoard(test.store, await boardId(folders, () => "b".repeat(22)), {
      time,
      jobs: [row],
    });
    test.requests.length = 0;
  };
  return { ...test, folders, call, lines, status, state, tell };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => `${n + 1}`);

test("twenty jobs at once: a read and a write for each, all side by side", async () => {
  const ids = numbers(20);
  const s = await scene(ids.map((id) => jobFile({ id })));
  let inFlight = 0;
  let most = 0;
  const { before } = s.store;
  s.store.before = async (operation, key) => {
    void before(operation, key);
    most = Math.max(most, (inFlight += 1));
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= 1;
  };
  expect(await s.call(...ids)).toBe(0);
  expect(ids.map(s.state)).toEqual(ids.map(() => "JOB_CANCEL"));
  expect(s.requests).toHaveLength(40);
  expect(most).toBe(20);
  expect(s.lines).toEqual([]);
});

test("an unknown id is an error in scancel's words, and the others are cancelled", async () => {
  const s = await scene([jobFile({ id: "5" })]);
  expect(await s.call("99", "5")).toBe(1);
  expect(s.lines).toEqual([
    "scancel: error: Kill job error on job id 99: Invalid job id specified",
  ]);
  expect(s.state("5")).toBe("JOB_CANCEL");
});

test("a job that is over is no error, and told with -v", async () => {
  const last = { submission: "s", state: "COMPLETED", final: true };
  const s = await scene([jobFile({ id: "5", last, results: "fetched" })]);
  expect(await s.call("5")).toBe(0);
  expect(s.lines).toEqual([]);
  expect(await s.call("-v", "5")).toBe(0);
  expect(s.lines.at(-1)).toBe(
    "scancel: error: Kill job error on job id 5: Job/step already completing or completed",
  );
  expect(s.requests).toEqual([]);
});

test("tasks of one array go in one request, with the signal", async () => {
  const { asked } = jobFile();
  const s = await scene([jobFile({ id: "7", asked: { ...asked, array: "1-9%2" } })]);
  expect(await s.call("7_3", "7_[5-6]", "--signal=SIGUSR1")).toBe(0);
  expect(s.status("7").metadata).toMatchObject({ tasks: "3,5-6", signal: "USR1" });
  expect(s.requests).toHaveLength(2);
});

test.each([
  [["-s", "USR1"], undefined],
  [["-s", "USR1", "--batch"], "batch"],
  [["-s", "USR1", "-f"], "full"],
  [["-s", "USR1", "-b", "-f"], "full"],
])("%j asks for whom Slurm's own would reach", async (options, reach) => {
  const s = await scene([jobFile({ id: "7" })]);
  expect(await s.call(...options, "7")).toBe(0);
  expect(s.status("7").metadata["signal-to"]).toBe(reach);
  expect(s.lines).toEqual([]);
});

const invalid = (id: string) =>
  `scancel: error: Kill job error on job id ${id}: Invalid job id specified`;

test("tasks that the job does not have are an error each, and the others are cancelled", async () => {
  const { asked } = jobFile();
  const tasks = [{ ids: "2,5-9", state: "PENDING" }];
  const told = { submission: "s", state: "PENDING", final: false, tasks };
  for (const known of [{ asked: { ...asked, array: "2,5-9%2" } }, { last: told }]) {
    const s = await scene([jobFile({ id: "7", ...known }), jobFile({ id: "8" })]);
    expect(await s.call("7_99", "7_[50-51]", "8_1")).toBe(1);
    expect(s.lines).toEqual(["7_99", "7_50", "7_51", "8_1"].map(invalid));
    expect(s.requests).toEqual([]);
    expect(await s.call("7_[2,50]")).toBe(1);
    expect(s.status("7").metadata["tasks"]).toBe("2");
  }
});

test("a user that there is not is an error, one without jobs is none", async () => {
  const s = await scene([jobFile({ id: "5" })]);
  await expect(s.call("-u", "nobodyhere")).rejects.toThrow(
    "scancel: error: Invalid user name: nobodyhere",
  );
  expect(await s.call("-u", "hanako")).toBe(0);
  expect(s.state("5")).toBe("JOB_SUBMIT");
  expect(await s.call("-u", "1000")).toBe(0);
  expect(s.state("5")).toBe("JOB_CANCEL");
});

test("filters choose among the jobs", async () => {
  const named = (id: string, name: string, state: string) => {
    const file = jobFile({ id, last: { submission: `s${id}`, state, final: false } });
    return { ...file, asked: { ...file.asked, name } };
  };
  const s = await scene([
    named("1", "a", "PENDING"),
    named("2", "a", "RUNNING"),
    named("3", "b", "RUNNING"),
  ]);
  expect(await s.call("--name", "a", "-t", "R")).toBe(0);
  expect(["1", "2", "3"].map(s.state)).toEqual(["JOB_SUBMIT", "JOB_CANCEL", "JOB_SUBMIT"]);
  expect(await s.call("--me")).toBe(0);
  expect(["1", "2", "3"].map(s.state)).toEqual(["JOB_CANCEL", "JOB_CANCEL", "JOB_CANCEL"]);
});

test("a job that began since it was seen last is not among those that wait", async () => {
  const last = { submission: "s", state: "PENDING", final: false };
  const s = await scene([jobFile({ id: "5", last, lastAt: "2026-11-24T12:00:00.000Z" })]);
  await s.tell("5", "RUNNING");
  expect(await s.call("--me", "-t", "PENDING")).toBe(0);
  expect([s.state("5"), s.requests]).toEqual(["JOB_SUBMIT", [expect.stringContaining("boards/")]]);
  expect(await s.call("-p", "queue1", "-t", "RUNNING")).toBe(0);
  expect(s.state("5")).toBe("JOB_CANCEL");
});

test("without a word from S3, nothing is chosen by a state that may be an old one", async () => {
  const s = await scene([jobFile({ id: "5" })]);
  await s.tell("5", "RUNNING");
  s.store.before = () => {
    throw new Error("down");
  };
  await expect(s.call("-t", "PENDING")).rejects.toThrow("down");
});

test("jobs whose ids are not known yet are among all of a user's, and of a name", async () => {
  const pending = async (id: string, name: string) => {
    const { id: _, ...job } = jobFile({ id });
    const s = await scene([jobFile({ id: "5" })]);
    await pendingJobs(s.folders.root).write({ ...job, asked: { ...job.asked, name } });
    return { ...s, prefix: job.prefix, submission: job.submission };
  };
  for (const argv of [["--me"], ["-n", "late"], ["-u", "taro", "-t", "PENDING"]]) {
    const s = await pending("7", "late");
    await writeStatus(s.store, s.prefix, "FILE_UPLOAD", { submission: s.submission });
    expect(await s.call(...argv)).toBe(0);
    expect([s.state("7"), s.lines]).toEqual(["JOB_CANCEL", []]);
  }
  // One whose sbatch was ended before it had asked for a run, and one that is not meant.
  const gone = await pending("7", "late");
  expect([await gone.call("--me"), gone.lines]).toEqual([0, []]);
  // A prefix may be what the id of another job is.
  const twin = await pending("7", "late");
  const { id: _, ...job } = jobFile({ id: "7", prefix: "5" });
  await pendingJobs(twin.folders.root).write(job);
  await writeStatus(twin.store, "5", "FILE_UPLOAD", { submission: job.submission });
  expect(await twin.call("--me")).toBe(0);
  expect([twin.store.text("5/job-aws-stat.txt"), twin.state("5")]).toEqual([
    "JOB_CANCEL\n",
    "JOB_CANCEL",
  ]);
  const other = await pending("7", "late");
  await writeStatus(other.store, other.prefix, "FILE_UPLOAD", { submission: other.submission });
  expect(await other.call("-n", "job.sh")).toBe(0);
  expect([other.state("7"), other.state("5")]).toEqual(["FILE_UPLOAD", "JOB_CANCEL"]);
});

test.each([
  [[], "No job identification provided"],
  [["12.0"], "12.0: single steps cannot be reached here; cancel or signal the job"],
  [["x"], "Invalid job id x"],
  [["12", "-i"], "--interactive needs a terminal to ask on: leave it out"],
  [["12", "--wckey=a"], "--wckey is not possible here"],
])("%j is refused in one line", async (argv, line) => {
  const s = await scene([]);
  await expect(s.call(...argv)).rejects.toThrow(`scancel: error: ${line}`);
});
