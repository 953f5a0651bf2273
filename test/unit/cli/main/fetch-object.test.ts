import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { RunningCli } from "../../../support/running-cli.ts";
import { S3Server } from "../../../support/s3-server.ts";
import { shippedCommandLine } from "../../../support/shipped-command-line.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

let program: string;
let server: S3Server;
let cli: RunningCli;
beforeAll(async () => {
  program = await shippedCommandLine(temporaryFolder());
});
beforeEach(async () => {
  server = new S3Server();
  const endpoint = await server.start();
  cli = new RunningCli(program, endpoint, temporaryFolder(), { AWS_MAX_ATTEMPTS: "2" });
});
afterEach(() => server.stop());

/** JOB:PATH as it is shipped, in a process of its own, with a reader of the test's. */
async function fetched(name: string) {
  const { child, ended } = cli.start("fetch", name);
  const hash = createHash("sha256");
  child.stdout?.on("data", (bytes: Buffer) => hash.update(bytes));
  const { status, stderr } = await ended;
  return { status, stderr, hash: hash.digest("hex") };
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

test.each([
  ["nothing", 0],
  ["a few bytes", 5],
  ["20 MB", 20_000_003],
])("%s of an oddly named object arrive as they are", async (_name, size) => {
  const body = randomBytes(size);
  server.put("job/ö ü/%20+&?#\u0001:x", body);
  expect(await fetched("job:ö ü/%20+&?#\u0001:x")).toEqual({
    status: 0,
    stderr: "",
    hash: sha256(body),
  });
});

test("a line that breaks in the middle is gone on with", async () => {
  const body = randomBytes(5 << 20);
  server.put("job/x", body);
  let gets = 0;
  server.intercept = (_seen, response) => {
    if (++gets !== 3) return false;
    response.destroy();
    return true;
  };
  expect(await fetched("job:x")).toEqual({ status: 0, stderr: "", hash: sha256(body) });
});

test("what is not there is one line on stderr, and nothing on stdout", async () => {
  server.put("job/result", Buffer.from("x"));
  const { ended } = cli.start("fetch", "job:reslut");
  expect(await ended).toEqual({
    status: 2,
    stdout: "",
    stderr: expect.stringMatching(/^cloud-submit: [^\n]*"job:result"\n$/),
  });
});

test("a reader that has seen enough ends it", async () => {
  server.put("job/x", Buffer.alloc(64 << 20, "line\n"));
  const line = 'cloud-submit fetch job:x | head -c 5; echo "${PIPESTATUS[0]}"';
  expect(await cli.paste(line)).toEqual({ status: 0, stdout: "line\n0\n", stderr: "" });
  expect(server.seen.length).toBeLessThan(40);
});
