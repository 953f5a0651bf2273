import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { writeInputManifest } from "../../../../../bucket/job-objects/manifest.ts";
import { writeRecord } from "../../../../../bucket/job-objects/record.ts";
import { readStatus, writeStatus } from "../../../../../bucket/job-objects/status.ts";
import type { JobFile } from "../../../../../cli/slurm/job-file.ts";
import { s3Over } from "../../../../support/s3-over.ts";
import { S3Server } from "../../../../support/s3-server.ts";
import { jobFile } from "../../../../support/sent-job.ts";
import { shippedCommandLine } from "../../../../support/shipped-command-line.ts";
import { Held, SlurmProcesses } from "../../../../support/slurm-processes.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const SQUEUE = ["slurm", "run", "squeue", "-h"];
const BOARD = /\/boards\//;
const LINGER = { CLOUD_SUBMIT_LINGER: "1" };

let program: string;
let server: S3Server;
let endpoint: string;
let user: SlurmProcesses;
/** The fetcher's looks at the board: squeue itself knows of none here. */
let looks: Held;
beforeAll(async () => {
  program = await shippedCommandLine(temporaryFolder());
});
beforeEach(async () => {
  server = new S3Server();
  endpoint = await server.start();
  user = new SlurmProcesses(program, endpoint);
  looks = new Held(server, ({ key }) => BOARD.test(key));
});
afterEach(async () => {
  for (const pid of user.fetchers()) process.kill(pid, "SIGKILL");
  await server.stop();
});

test("the fetcher that squeue starts holds neither its caller's output nor its folder, and has a session of its own", async () => {
  await user.send();
  // Its output has ended: nobody has it open any more.
  const { status, stdout, stderr } = await user.cli.start(...SQUEUE).ended;
  expect([status, stdout.trim().split(/\s+/)[0], stderr]).toEqual([0, "12", ""]);
  await looks.arrived();
  const { holder } = user;
  expect(user.fetchers()).toEqual([holder]);
  const at = (name: string) => readlinkSync(`/proc/${holder}/${name}`);
  const log = join(user.root, "fetcher.log");
  expect([at("cwd"), at("fd/0"), at("fd/1"), at("fd/2")]).toEqual(["/", "/dev/null", log, log]);
  const [, group, session, terminal] = readFileSync(`/proc/${holder}/stat`, "utf8")
    .replace(/.*\) \S /, "")
    .split(" ");
  expect([group, session, terminal]).toEqual([`${holder}`, `${holder}`, "0"]);
});

test("of several commands at a time, one starts a fetcher", async () => {
  await user.send();
  const all = await Promise.all(Array.from({ length: 4 }, () => user.cli.start(...SQUEUE).ended));
  expect(all.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  // A second one would have been started before its command ended.
  expect(user.fetchers()).toHaveLength(1);
  await looks.arrived();
  const { ended } = user.cli.start("slurm", "fetcher");
  expect(await ended).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(user.fetchers()).toEqual([user.holder]);
  expect(server.count("GET", BOARD)).toBe(1);
});

test("it ends when the session that began it is over; the next command starts it again", async () => {
  await user.send();
  for (const count of [1, 2]) {
    const { status } = await user.cli.startApart(SQUEUE).ended;
    expect(status).toBe(0);
    await looks.arrived(count);
    looks.answer();
    user.wake();
    await user.fetcherGone();
  }
  expect(server.count("GET", BOARD)).toBe(2);
  expect(await user.files.read("12")).toMatchObject({ results: "waiting" });
});

test("with CLOUD_SUBMIT_LINGER=1 it stays, until SIGTERM", async () => {
  await user.send();
  await user.cli.startApart(SQUEUE, LINGER).ended;
  await looks.arrived();
  looks.answer();
  user.wake();
  // It is at work with nobody else about.
  await looks.arrived(2);
  looks.answer();
  process.kill(user.holder, "SIGTERM");
  await user.fetcherGone();
  expect(await user.files.read("12")).toMatchObject({ results: "waiting" });
});

test("told to end while a result comes, it leaves no half file, and the next one brings it", async () => {
  const file = await endedJob();
  const held = new Held(server, ({ method, key }) => method === "GET" && key.endsWith("/result"));
  const { child, ended } = user.cli.start("slurm", "fetcher");
  await held.arrived();
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ status: 143, stdout: "" });
  const work = file.origins[0]!.path;
  // A part of it may lie aside, to be gone on with.
  expect(readdirSync(work)).not.toContain("result");
  expect(await user.files.read("12")).toEqual(file);
  server.intercept = () => false;
  await user.cli.startApart(SQUEUE).ended;
  await user.fetcherGone();
  expect(readdirSync(work)).toEqual(["result"]);
  expect(readFileSync(join(work, "result"), "utf8")).toBe("42\n");
  expect(await user.files.read("12")).toMatchObject({ results: "fetched" });
});

test("a scancel that is given too little time and killed: what it was to cancel is cancelled all the same", async () => {
  const ids = Array.from({ length: 20 }, (_, at) => `${at + 1}`);
  const store = s3Over(endpoint).store("b");
  for (const id of ids) {
    const { prefix, submission } = jobFile({ id });
    await writeStatus(store, prefix, "JOB_SUBMIT", { submission });
    await user.send({ id });
  }
  const writes = new Held(server, ({ method }) => method === "PUT");
  const { child, ended } = user.cli.start("slurm", "run", "scancel", ...ids);
  await writes.arrived(20);
  child.kill("SIGKILL");
  await ended;
  server.intercept = () => false;
  await user.cli.startApart(SQUEUE).ended;
  await user.fetcherGone();
  for (const id of ids)
    expect(await readStatus(store, `job${id}`)).toMatchObject({ state: "JOB_CANCEL" });
});

test("where all results are here, no fetcher is started, and the check costs no request", async () => {
  await user.send({ results: "fetched", last: endedOf(jobFile()) });
  const { status } = await user.cli.start(...SQUEUE).ended;
  expect([status, server.seen]).toEqual([0, []]);
  expect([user.fetchers(), existsSync(join(user.root, "fetcher.lock"))]).toEqual([[], false]);
});

const endedOf = ({ submission }: JobFile) => ({ submission, state: "COMPLETED", final: true });

/** A job that has ended in the cloud with one result, as it is known here. */
async function endedJob(): Promise<JobFile> {
  const work = join(user.home, "work");
  mkdirSync(work);
  const { prefix, submission, id } = jobFile();
  const store = s3Over(endpoint).store("b");
  await writeInputManifest(store, prefix, []);
  await store.put(`${prefix}/result`, "42\n");
  const times = { requested: "2026-11-24T09:00:00.000Z", final: "2026-11-24T10:00:01.000Z" };
  const outcome = "completed";
  const slurm = { jobId: id, state: "COMPLETED" };
  const state = "JOB_COMPLETE";
  await writeRecord(store, { version: 1, prefix, submission, state, outcome, slurm, times });
  await writeStatus(store, prefix, state, { submission });
  await user.send({ origins: [{ path: work, at: "" }], last: endedOf(jobFile()) });
  return (await user.files.read(id))!;
}
