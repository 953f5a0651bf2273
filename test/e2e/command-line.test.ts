import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { cli } from "../support/installed-cli.ts";
import { jobFolder } from "../support/job-folder.ts";
import {
  ask,
  eventually,
  inCheckout,
  newPrefix,
  sbatchCount,
  ssmCommands,
} from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("cloud-submit run", () => {
  test("takes the example there and its results back", async () => {
    const folder = join(temporaryFolder(), "hello");
    cpSync(inCheckout("examples/hello"), folder, { recursive: true });
    const before = sbatchCount();
    const prefix = newPrefix("hello");
    const { code, stdout, stderr } = await cli(["run", folder, "--prefix", prefix]);
    expect([stderr, code]).toEqual([expect.stringContaining("JOB_COMPLETE"), 0]);
    expect(stdout).toMatch(`Submitted ${prefix}\n${prefix}: completed, Slurm job `);
    expect(readFileSync(join(folder, "results/alpha.stats"), "utf8")).toMatch(
      /^data\/alpha.txt: n=40 /,
    );
    expect(readdirSync(join(folder, "results/plots")).toSorted()).toEqual([
      "alpha.hist",
      "beta.hist",
      "gamma.hist",
    ]);
    expect([sbatchCount() - before, ssmCommands(prefix).length]).toEqual([1, 1]);
  });

  test("tells by its exit code that the job failed, and still fetches what it left", async () => {
    const folder = jobFolder("echo some > left; exit 3");
    const { code, stdout } = await cli(["run", folder]);
    expect([code, stdout]).toEqual([1, expect.stringContaining("failed, Slurm job ")]);
    expect(stdout).toMatch("exit code 3");
    expect(readFileSync(join(folder, "left"), "utf8")).toBe("some\n");
  });

  test("tells by its exit code that sbatch refused the job, and brings its words", async () => {
    const folder = jobFolder("#SBATCH -p nosuch\ntrue");
    expect((await cli(["run", folder])).code).toBe(3);
    expect(readFileSync(join(folder, "job-aws-sbatch.out"), "utf8")).toMatch(
      /invalid partition.*nosuch/,
    );
  });

  test("brings what the job made and changed, and leaves alone what the user changed", async () => {
    // The job runs on this machine, so that it can change the user's folder in between.
    const folder = jobFolder(
      'cp input output; echo more >> log; echo edited > "$(cat folder)/input"',
    );
    writeFileSync(join(folder, "folder"), folder);
    writeFileSync(join(folder, "input"), "old");
    writeFileSync(join(folder, "log"), "first\n");
    expect((await cli(["run", folder])).code).toBe(0);
    expect(readFileSync(join(folder, "output"), "utf8")).toBe("old");
    expect(readFileSync(join(folder, "log"), "utf8")).toBe("first\nmore\n");
    expect(readFileSync(join(folder, "input"), "utf8")).toBe("edited\n");
  });
});

describe("cloud-submit submit, status, wait, fetch", () => {
  test("do the same one by one", async () => {
    const [folder, target] = [jobFolder("echo 42 > answer"), temporaryFolder()];
    const prefix = newPrefix("steps");
    expect(await cli(["submit", folder, "--prefix", prefix])).toMatchObject({
      code: 0,
      stdout: `Submitted ${prefix}\n`,
    });
    expect((await cli(["wait", prefix, "--timeout", "60"])).code).toBe(0);
    const status = await cli(["status", prefix]);
    expect(status.stdout).toMatch(
      /state +JOB_COMPLETE\noutcome +completed\nSlurm job +\d+ COMPLETED/,
    );
    const json = JSON.parse((await cli(["status", prefix, "--json"])).stdout);
    expect(json).toMatchObject({ prefix, state: "JOB_COMPLETE", record: { outcome: "completed" } });
    expect((await cli(["fetch", prefix, "--to", target])).code).toBe(0);
    expect(readFileSync(join(target, "answer"), "utf8")).toBe("42\n");
  });

  test("wait gives up after --timeout, and says how to go on", async () => {
    const folder = jobFolder("sleep 30");
    const prefix = newPrefix("slow");
    await cli(["submit", folder, "--prefix", prefix]);
    const { code, stderr } = await cli(["wait", prefix, "--timeout", "1"]);
    expect([code, stderr]).toEqual([4, expect.stringContaining(`cloud-submit wait ${prefix}`)]);
    const again = await cli(["submit", folder, "--prefix", prefix]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("still active")]);
    await ask(prefix, "JOB_CANCEL\n");
    expect(await cli(["wait", prefix])).toMatchObject({
      code: 5,
      stdout: expect.stringContaining("cancelled"),
    });
  });
});

test.each([
  ["a folder that is not there", ["submit", "/nowhere"], "there is no such folder or job script"],
  ["a folder without a script", ["submit", inCheckout("docs")], "it has no job-aws-run.sh"],
  [
    "a bad prefix",
    ["submit", inCheckout("examples/hello"), "--prefix", "a b"],
    'the prefix "a b" is not allowed',
  ],
  ["a job that is not there", ["status", "no-such-job"], "there is no such job"],
  ["no verb", [], "Usage"],
  ["an unknown verb", ["sumbit"], "Did you mean submit"],
  ["a bad time", ["wait", "x", "--timeout", "soon"], "give a number of seconds"],
])("%s: exit code 2 and one clear line", async (_name, args, message) => {
  const { code, stderr } = await cli(args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test("a bucket that is not there: exit code 6 and what to do", async () => {
  const { code, stderr } = await cli([
    "--bucket",
    "no-such-bucket",
    "submit",
    inCheckout("examples/hello"),
  ]);
  expect([code, stderr]).toEqual([
    6,
    expect.stringMatching(/^cloud-submit: there is no such bucket: check --bucket[^\n]*\n$/),
  ]);
});

describe("several jobs", () => {
  test("are waited for, cancelled, listed and explained", async () => {
    const name = newPrefix("many");
    const [quick, slow] = [`${name}-quick`, `${name}-slow`];
    await cli(["submit", jobFolder("exit 7"), "--prefix", quick]);
    await cli(["submit", jobFolder("true"), "--prefix", slow, "--", "--begin=now+1hour"]);
    const any = await cli(["wait", quick, slow, "--any"]);
    expect([any.code, any.stdout]).toEqual([1, expect.stringContaining(`${quick}: failed`)]);
    const all = await cli(["wait", quick, slow, "--timeout", "1"]);
    expect(all.code).toBe(4);
    // The agent looks once more some seconds after Slurm has the job.
    const told = await eventually("why it waits", async () => {
      const { stdout } = await cli(["status", slow, "--explain"]);
      return stdout.includes("BeginTime: ") && stdout;
    });
    expect(told).toMatch(/Slurm job +\d+ PENDING \(BeginTime\)/);
    expect(told).toMatch(/BeginTime: it may not start yet/);
    const cancelled = await cli(["cancel", quick, slow, "--wait"]);
    expect([cancelled.code, cancelled.stdout.split("\n").slice(0, 2)]).toEqual([
      0,
      [`${quick} has already ended: JOB_COMPLETE`, `Requested the cancellation of ${slow}`],
    ]);
    const listed = await cli(["list", name]);
    expect(listed.stdout.split("\n").map((line) => line.split("\t").slice(0, 3))).toEqual(
      expect.arrayContaining([
        [quick, "JOB_COMPLETE", "failed"],
        [slow, "JOB_COMPLETE", "cancelled"],
      ]),
    );
  });
});
