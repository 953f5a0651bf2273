import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { SINGLE_PUT_MAX } from "../../../../bucket/part-size.ts";
import { RunningCli, requestsOf, resumeOf } from "../../../support/running-cli.ts";
import { fail, S3Server } from "../../../support/s3-server.ts";
import { shippedCommandLine } from "../../../support/shipped-command-line.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const FILES = 200;
const PARTS = 4;
/** As users name folders; a shell must not look into it. */
const FOLDER = "it's $(touch x) & wörk";

let program: string;
let server: S3Server;
let cli: RunningCli;
let folder: string;
beforeAll(async () => {
  program = await shippedCommandLine(temporaryFolder());
});
beforeEach(async () => {
  server = new S3Server();
  const cwd = temporaryFolder();
  folder = join(cwd, FOLDER);
  mkdirSync(folder);
  writeFileSync(join(folder, "job-aws-run.sh"), "#!/bin/sh\n");
  cli = new RunningCli(program, await server.start(), cwd, { AWS_MAX_ATTEMPTS: "1" });
});
afterEach(() => server.stop());

/** Ways in which an upload ends, and its exit code. */
const ENDS: [string, number, (child: ChildProcess, response: ServerResponse) => boolean][] = [
  ...(["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal): (typeof ENDS)[number] => [
    signal,
    { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal],
    (child, response) => {
      child.kill(signal);
      response.destroy();
      return true;
    },
  ]),
  ["a lost connection", 6, (_child, response) => (response.destroy(), true)],
  ["S3 out of order", 6, (_child, response) => (fail(response, 500, "InternalError"), true)],
  ["a refusal", 6, (_child, response) => (fail(response, 403, "AccessDenied"), true)],
  ["expired credentials", 7, (_child, response) => (fail(response, 400, "ExpiredToken"), true)],
  [
    "credentials of a former session",
    7,
    (_child, response) => (fail(response, 400, "InvalidToken"), true),
  ],
];

/** Submits; the upload ends in the middle, when so many PUTs were answered, and is gone on with by what it has said. */
async function interrupted(
  end: (typeof ENDS)[number],
  { after, words = [] }: { after: number; words?: string[] },
) {
  const [, status, act] = end;
  const args = ["submit", FOLDER, "--prefix", "job", "--delete", ...words, "--", "--job-name=a b"];
  const { child, ended } = cli.start(...args);
  let puts = 0;
  server.intercept = (seen, response) =>
    seen.method === "PUT" && ++puts > after ? act(child, response) : false;
  const first = await ended;
  expect(first.status).toBe(status);
  expect(server.objects.has("job/job-aws-stat.txt")).toBe(false);
  const there = new Set([
    ...server.objects.keys(),
    ...[...server.uploads.values()].flatMap(({ key, parts }) =>
      [...parts.keys()].map((number) => `${key} ${number}`),
    ),
  ]);
  server.seen.length = 0;
  server.intercept = () => false;
  const resume = resumeOf(first);
  const again = await cli.paste(resume);
  expect([resume, again.stderr, again.status]).toEqual([resume, expect.any(String), 0]);
  return { first, there, resume, sent: requestsOf(server.seen, "PUT") };
}

/** Objects that every upload writes anew. */
const OWN = ["job/job-aws-manifest.json", "job/job-aws-stat.txt"];

describe.each(ENDS)("an upload that is ended by %s", (...end) => {
  test("of many files says how to go on, and going on sends those that are missing", async () => {
    const names = Array.from({ length: FILES }, (_, index) => `f${index}`);
    for (const name of names) writeFileSync(join(folder, name), name);
    const { there, sent, resume } = await interrupted(end, { after: 50 });
    expect(resume).toMatch(/^cloud-submit submit .* --prefix job --delete -- '--job-name=a b'$/);
    const all = ["job-aws-run.sh", ...names].map((name) => `job/${name}`);
    expect(there.size).toBeGreaterThanOrEqual(50);
    expect(sent.toSorted()).toEqual([...all.filter((key) => !there.has(key)), ...OWN].toSorted());
    for (const name of names) expect(server.objects.get(`job/${name}`)?.body.toString()).toBe(name);
    const { headers } = server.objects.get("job/job-aws-stat.txt") ?? {};
    expect(JSON.parse(headers?.["x-amz-meta-sbatch-options"] ?? "")).toEqual(["--job-name=a b"]);
  });

  test("of a large file goes on with the parts that are missing; --json says it, too", async () => {
    const bytes = randomBytes((PARTS - 1) * SINGLE_PUT_MAX + 5);
    writeFileSync(join(folder, "large"), bytes);
    const { first, there, sent, resume } = await interrupted(end, { after: 3, words: ["--json"] });
    expect(JSON.parse(first.stderr.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      exitCode: end[1],
      resume,
    });
    expect(resume).toContain("--json");
    const parts = Array.from({ length: PARTS }, (_, index) => `job/large ${index + 1}`);
    const held = parts.filter((part) => there.has(part));
    expect(held.length).toBeGreaterThan(0);
    expect(sent.filter((one) => one.startsWith("job/large")).toSorted()).toEqual(
      parts.filter((part) => !held.includes(part)),
    );
    expect(server.objects.get("job/large")?.body.equals(bytes)).toBe(true);
    expect(server.uploads.size).toBe(0);
  });
});
