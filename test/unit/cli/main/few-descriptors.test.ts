import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { S3Server } from "../../../support/s3-server.ts";
import { shippedCommandLine } from "../../../support/shipped-command-line.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const FILES = 300;

describe("an upload with few file descriptors", () => {
  const server = new S3Server();
  const folder = temporaryFolder();
  let program: string;
  let endpoint: string;
  beforeAll(async () => {
    program = await shippedCommandLine(temporaryFolder());
    endpoint = await server.start();
    const job = join(folder, "job");
    mkdirSync(job);
    writeFileSync(join(job, "job-aws-run.sh"), "#!/bin/sh\n");
    for (let index = 0; index < FILES; index++) writeFileSync(join(job, `f${index}`), `${index}`);
  });
  afterAll(() => server.stop());

  /** Ends by itself, or the test does not. */
  async function submitted(descriptors: number) {
    const name = `job${descriptors}`;
    cpSync(join(folder, "job"), join(folder, name), { recursive: true });
    const env = {
      PATH: process.env["PATH"],
      HOME: folder,
      LC_ALL: "C",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "s",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: endpoint,
      CLOUD_SUBMIT_BUCKET: "b",
    };
    const child = spawn(
      "bash",
      [
        "-c",
        `ulimit -n ${descriptors}; exec "$@"`,
        "bash",
        process.execPath,
        program,
        "submit",
        name,
      ],
      { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] },
    );
    const [stderr, stdout, [status]] = await Promise.all([
      text(child.stderr),
      text(child.stdout),
      once(child, "exit"),
    ]);
    return { status: status as number, stdout, stderr };
  }

  test.each([20, 22, 24, 26, 30, 40, 64, 128, 512])(
    "of %d ends: all is sent, or it says that there are too few",
    async (descriptors) => {
      const { status, stdout, stderr } = await submitted(descriptors);
      const lines = stderr.trim().split("\n");
      if (status === 0) expect(stdout).toContain(`Submitted job${descriptors}`);
      // Where it has begun, another line says how to go on.
      else
        expect([
          status,
          ...lines.filter((line) => !line.startsWith("Nothing was submitted")),
        ]).toEqual([
          6,
          expect.stringMatching(/^cloud-submit: .*too many files are open: .*ulimit -n.*$/),
        ]);
    },
    60_000,
  );
});
