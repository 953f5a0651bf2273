import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { formatRecord } from "../../../../protocol/record.ts";
import { endOf } from "../../../support/ending-jobs.ts";
import { RunningCli, resumeOf } from "../../../support/running-cli.ts";
import { fail, S3Server } from "../../../support/s3-server.ts";
import { shippedCommandLine } from "../../../support/shipped-command-line.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const FILES = 150;
const RANGES = 12;
/** Ranges of a file that are fetched at a time. */
const AT_ONCE = 8;
const RANGE = 8 << 20;
/** As users name folders; a shell must not look into it. */
const TO = "it's `touch x` & 結果";

let program: string;
let server: S3Server;
let cli: RunningCli;
let cwd: string;
beforeAll(async () => {
  program = await shippedCommandLine(temporaryFolder());
});
beforeEach(async () => {
  server = new S3Server();
  server.put("job/job-aws-stat.txt", Buffer.from("JOB_COMPLETE\n"));
  server.put("job/job-aws-job.json", Buffer.from(formatRecord(endOf("job"))));
  cwd = temporaryFolder();
  cli = new RunningCli(program, await server.start(), cwd, { AWS_MAX_ATTEMPTS: "1" });
});
afterEach(() => server.stop());

type Kill = (signal: NodeJS.Signals) => void;
const refuse = (_kill: Kill, response: ServerResponse) => fail(response, 403, "AccessDenied");
/** Ways in which a download ends, and its exit code. */
const ENDS: [string, number, (kill: Kill, response: ServerResponse) => void][] = [
  ["SIGINT", 130, (kill, response) => (kill("SIGINT"), response.destroy())],
  ["SIGTERM", 143, (kill, response) => (kill("SIGTERM"), response.destroy())],
  ["SIGHUP", 129, (kill, response) => (kill("SIGHUP"), response.destroy())],
  ["a lost connection", 6, (_kill, response) => void response.destroy()],
  ["a refusal", 6, refuse],
  ["expired credentials", 7, (_kill, response) => fail(response, 400, "ExpiredToken")],
];

/** Fetches; the download ends after so many bodies, and is gone on with by what it has said. */
async function interrupted(
  [, status, act]: (typeof ENDS)[number],
  { after, words }: { after: number; words: readonly string[] },
) {
  const { child, ended } = cli.start("fetch", "job", ...words);
  let bodies = 0;
  server.intercept = ({ method, key }, response) => {
    // Rights that are gone are so for all: of one object alone, a refusal ends nothing.
    const isOver = bodies > after && act === refuse;
    const isBody = key.startsWith("job/f");
    if (method !== "GET" || !(isBody ? ++bodies > after : isOver)) return false;
    act((signal) => void child.kill(signal), response);
    return true;
  };
  const first = await ended;
  expect(first.status).toBe(status);
  const folder = join(cwd, words.includes("--to") ? TO : "job");
  const there = readdirSync(folder).filter((name) => name.startsWith("f"));
  server.seen.length = 0;
  server.intercept = () => false;
  const resume = resumeOf(first);
  const again = await cli.paste(resume);
  expect([resume, again.stderr, again.status]).toEqual([resume, expect.any(String), 0]);
  const asked = server.seen.filter(
    ({ method, key }) => method === "GET" && key.startsWith("job/f"),
  );
  return { first, resume, there, again: asked.map(({ key }) => key.slice("job/".length)) };
}

describe.each(ENDS)("a download that is ended by %s", (...end) => {
  test("of many files goes on with those that are missing", async () => {
    const names = Array.from({ length: FILES }, (_, index) => `f${index}`);
    for (const name of names) server.put(`job/${name}`, Buffer.from(name));
    const words = ["--to", TO, "--overwrite"];
    const { resume, there, again } = await interrupted(end, { after: 60, words });
    expect(resume).toMatch(/^cloud-submit fetch job --to '.*' --overwrite$/);
    expect(there.length).toBeGreaterThan(0);
    expect(again.toSorted()).toEqual(names.filter((name) => !there.includes(name)).toSorted());
    for (const name of names) expect(readFileSync(join(cwd, TO, name), "utf8")).toBe(name);
  });

  test("of a large file goes on with the ranges that are missing; --json says it, too", async () => {
    const bytes = randomBytes((RANGES - 1) * RANGE + 5);
    server.put("job/f", bytes);
    const { first, resume, again } = await interrupted(end, {
      after: AT_ONCE + 1,
      words: ["--json"],
    });
    const told: unknown = JSON.parse(first.stderr.trimEnd().split("\n").at(-1) ?? "");
    expect(told).toMatchObject({ exitCode: end[1], resume });
    // The last two were asked for when two others were there.
    expect(again.length).toBeLessThanOrEqual(RANGES - 1);
    expect(readFileSync(join(cwd, "job/f")).equals(bytes)).toBe(true);
  });
});

test("a folder that an interrupted download has made is known the next time, without --to", async () => {
  const [end] = ENDS;
  if (!end) throw new Error("there is none");
  for (let index = 0; index < 20; index++) server.put(`job/f${index}`, Buffer.from(`${index}`));
  const { child, ended } = cli.start("fetch", "job");
  let bodies = 0;
  server.intercept = ({ key }, response) => {
    if (!key.startsWith("job/f") || ++bodies < 10) return false;
    child.kill("SIGTERM");
    response.destroy();
    return true;
  };
  expect((await ended).status).toBe(143);
  expect(existsSync(join(cwd, "job"))).toBe(true);
  server.intercept = () => false;
  const { status, stderr } = await cli.start("fetch", "job").ended;
  expect([stderr, status]).toEqual(["", 0]);
});
