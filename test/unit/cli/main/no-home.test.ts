import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { SINGLE_PUT_MAX } from "../../../../bucket/part-size.ts";
import { RunningCli, resumeOf } from "../../../support/running-cli.ts";
import { S3Server } from "../../../support/s3-server.ts";
import { shippedCommandLine } from "../../../support/shipped-command-line.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

let program: string;
let server: S3Server;
let endpoint: string;
let cwd: string;
let bytes: Buffer;
beforeAll(async () => {
  program = await shippedCommandLine(temporaryFolder());
});
beforeEach(async () => {
  server = new S3Server();
  endpoint = await server.start();
  cwd = temporaryFolder();
  const folder = join(cwd, "work");
  mkdirSync(folder);
  writeFileSync(join(folder, "job-aws-run.sh"), "#!/bin/sh\n");
  bytes = randomBytes(2 * SINGLE_PUT_MAX + 5);
  writeFileSync(join(folder, "large"), bytes);
});
afterEach(() => server.stop());

/** Homes in which nothing can be remembered, made in a folder; root is above permissions. */
const HOMES: [string, (at: string) => Record<string, string>][] = [
  ["that is empty text", () => ({ HOME: "" })],
  ["that is missing, below a file", (at) => ({ HOME: file(at, "home/user") })],
  ["that is a file", (at) => ({ HOME: file(at) })],
  ["that is a device without room", () => ({ HOME: "/dev/full" })],
  ["of the system's, in which no folder can be made", () => ({ HOME: "/proc" })],
  ["with a file in place of its state and cache", (at) => ({ HOME: withFiles(at) })],
  [
    "with XDG folders that are files",
    (at) => {
      const path = file(at);
      return { XDG_STATE_HOME: path, XDG_CACHE_HOME: path };
    },
  ],
  [
    "that may not be written to",
    (at) => {
      const home = join(at, "home");
      mkdirSync(home);
      chmodSync(home, 0o555);
      return { HOME: home };
    },
  ],
];

/** Makes a file `home`; returns the path of it, or of something below it. */
function file(at: string, path = "home"): string {
  writeFileSync(join(at, "home"), "");
  return join(at, path);
}

function withFiles(at: string): string {
  const home = join(at, "home");
  mkdirSync(home);
  for (const name of [".local", ".cache"]) writeFileSync(join(home, name), "");
  return home;
}

describe.each(HOMES)("a home %s", (_name, home) => {
  test("costs no upload, and not a word", async () => {
    const cli = new RunningCli(program, endpoint, cwd, home(temporaryFolder()));
    const { status, stderr, stdout } = await cli.start("submit", "work", "--prefix", "job").ended;
    expect([status, stdout]).toEqual([0, "Submitted job\n"]);
    expect(stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(/^uploaded 2 files/)]);
    const fetched = await cli.start("fetch", "job", "--to", "out").ended;
    expect(fetched.status).toBe(0);
    expect(fetched.stderr.trimEnd().split("\n").length).toBeLessThan(2);
  });

  test("an upload that is interrupted goes on by what it says", async () => {
    const cli = new RunningCli(program, endpoint, cwd, {
      AWS_MAX_ATTEMPTS: "1",
      ...home(temporaryFolder()),
    });
    server.intercept = ({ method, query }, response) => {
      if (method !== "PUT" || query.get("partNumber") !== "2") return false;
      response.destroy();
      return true;
    };
    const first = await cli.start("submit", "work", "--prefix", "job").ended;
    expect([first.status, first.stderr.trimEnd().split("\n").length]).toEqual([6, 2]);
    server.intercept = () => false;
    expect(await cli.paste(resumeOf(first))).toMatchObject({ status: 0 });
    expect(server.objects.get("job/large")?.body.equals(bytes)).toBe(true);
    // Nothing tells of the first one: its parts are given up at once.
    expect(server.uploads.size).toBe(0);
  });
});
