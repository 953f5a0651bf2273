import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { RunningCli } from "../../../support/running-cli.ts";
import { S3Server } from "../../../support/s3-server.ts";
import { shippedCommandLine } from "../../../support/shipped-command-line.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** The command line as it is shipped, when nobody reads its output any more. */
describe("a reader that leaves", () => {
  let program: string;
  let server: S3Server;
  let cwd: string;
  let endpoint: string;
  beforeAll(async () => {
    program = await shippedCommandLine(temporaryFolder());
  });
  beforeEach(async () => {
    server = new S3Server();
    endpoint = await server.start();
    cwd = temporaryFolder();
    mkdirSync(join(cwd, "work"));
    writeFileSync(join(cwd, "work", "job-aws-run.sh"), "#!/bin/sh\n");
  });
  afterEach(() => server.stop());

  /** Its exit code; no output of it is ever read. */
  async function statusOf(words: string, { at = endpoint, closed = "2>&1" } = {}) {
    const cli = new RunningCli(program, at, cwd, { AWS_MAX_ATTEMPTS: "1" });
    const { status } = await cli.paste(
      `set -o pipefail; cloud-submit ${words} ${closed} | { exec <&-; }`,
    );
    return status;
  }

  /** Nothing listens there. */
  const NOWHERE = "http://127.0.0.1:1";

  test.each(["2>&1", "2>&1 >/dev/null"])("ends no submission with %s", async (closed) => {
    expect(await statusOf("submit work --prefix job", { closed })).toBe(0);
    expect(server.objects.get("job/job-aws-stat.txt")?.body.toString()).toBe("FILE_UPLOAD\n");
  });

  test.each(["submit work", "run work", "cancel job", "slurm run sbatch work/job-aws-run.sh"])(
    "is no success of %s when S3 cannot be reached",
    async (words) => {
      expect([0, null]).not.toContain(await statusOf(words, { at: NOWHERE }));
    },
  );

  test("of what only prints ends it, without an error", async () => {
    for (let at = 1; at <= 3; at++) expect(await statusOf(`submit work --prefix job${at}`)).toBe(0);
    expect(await statusOf("list")).toBe(0);
    expect(await statusOf("sweep work --set a=1..10 --dry-run")).toBe(0);
    expect(await statusOf("--help")).toBe(0);
  });
});
