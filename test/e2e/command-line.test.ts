import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { cli, cliOnTerminal, installedPackage } from "../support/installed-cli.ts";
import {
  ask,
  eventually,
  inCheckout,
  newPrefix,
  sbatchCount,
  ssmCommands,
} from "../support/local-cloud.ts";
import { outputValidator } from "../support/output-validator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A folder with a job script. */
function jobFolder(script: string): string {
  const folder = join(temporaryFolder(), "work");
  mkdirSync(folder);
  writeFileSync(join(folder, "job-aws-run.sh"), `#!/bin/bash\n${script}\n`);
  return folder;
}

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
  ["a folder without a script", ["submit", inCheckout("docs")], "there is no job-aws-run.sh in it"],
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

describe("the package", () => {
  test("is small, has no dependencies and runs no scripts", async () => {
    const folder = await installedPackage();
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    expect([dependencies, optionalDependencies]).toEqual([undefined, undefined]);
    expect(readdirSync(join(folder, "..")).filter((name) => !name.startsWith("."))).toEqual([
      "cloud-submit",
    ]);
    const files = readdirSync(folder, { recursive: true }).map(String).toSorted();
    expect(files.filter((name) => /\.(node|sh|gz)$/.test(name))).toEqual([]);
    const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(2_500_000);
  });

  test("speaks Japanese where the locale does", async () => {
    const { code, stdout } = await cli(["--lang", "ja", "--help"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("使い方: cloud-submit")]);
    const wrong = await cli(["--lang", "ja", "status", "no-such-job"]);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/^cloud-submit: そのジョブはありません: no-such-job: /),
    ]);
  });
});

describe("--json", () => {
  test("of every verb of jobs fits the schema in the package", async () => {
    const check = outputValidator(await installedPackage());
    const folder = jobFolder("echo out; echo 42 > answer");
    const prefix = newPrefix("json");
    const run = await cli(["run", folder, "--prefix", prefix, "--json"]);
    expect(check("run", run.stdout)).toMatchObject([{ exitCode: 0, fetched: { to: folder } }]);
    for (const [definition, args] of [
      ["status", ["status", prefix, "--explain"]],
      ["list", ["list", "json-*"]],
      ["logs", ["logs", prefix]],
      ["wait", ["wait", prefix]],
      ["fetch", ["fetch", prefix, "--to", temporaryFolder()]],
      ["cancel", ["cancel", prefix]],
      ["audit", ["audit", prefix, "--stage", "local"]],
      ["doctor", ["doctor", "--deep"]],
      ["completion", ["completion", "fish"]],
    ] as const) {
      const { code, stdout, stderr } = await cli([...args, "--json"]);
      expect([definition, code, code === 0 ? "" : stderr]).toEqual([definition, 0, ""]);
      expect([definition, check(definition, stdout).length > 0]).toEqual([definition, true]);
    }
    const submit = await cli(["submit", folder, "--prefix", prefix, "--json"]);
    expect(check("submit", submit.stdout)).toMatchObject([{ prefix }]);
    await cli(["wait", prefix]);
    const cwd = temporaryFolder();
    const init = await cli(["init", "--bucket", "some-jobs", "--json"], cwd);
    expect(check("init", init.stdout)).toMatchObject([{ settings: { bucket: "some-jobs" } }]);
  });

  test.each([
    ["an error", ["status", "no-such-job"], "no-such-job", 2],
    ["wrong usage", ["sumbit"], "usage", 2],
  ])("%s is an object on stderr", async (_name, args, code, exitCode) => {
    const ended = await cli([...args, "--json"]);
    expect([ended.code, ended.stdout]).toEqual([exitCode, ""]);
    expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code }, exitCode });
  });
});

describe("a script by itself, with options for sbatch", () => {
  test("runs with them; its results come into a folder beside it", async () => {
    const folder = temporaryFolder();
    const script = join(folder, "wave.sh");
    writeFileSync(script, '#!/bin/bash\necho "$SLURM_JOB_NAME" > name\n');
    const { code, stdout } = await cli(["run", script, "--", "--job-name=ripple", "-t", "5"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("Submitted wave-")]);
    expect(readFileSync(join(folder, "wave", "name"), "utf8")).toBe("ripple\n");
  });

  test("an option that is not passed on: exit code 2, and nothing is sent", async () => {
    const prefix = newPrefix("bad");
    const { code, stderr } = await cli([
      "submit",
      jobFolder("true"),
      "--prefix",
      prefix,
      "--",
      "--uid=0",
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--uid")]);
    expect((await cli(["status", prefix])).code).toBe(2);
  });
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
    expect(told).toMatch(/BeginTime: it may not start before a time/);
    const cancelled = await cli(["cancel", quick, slow, "--wait"]);
    expect([cancelled.code, cancelled.stdout.split("\n").slice(0, 2)]).toEqual([
      0,
      [`${quick} has ended already: JOB_COMPLETE`, `Asked for ${slow} to be cancelled`],
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

describe("on a terminal", () => {
  test("waiting shows where the job is; Ctrl-C says how to go on, and the job does", async () => {
    const prefix = newPrefix("pty");
    const { code, screen } = await cliOnTerminal(
      ["run", jobFolder("sleep 60"), "--prefix", prefix],
      "JOB_SUBMIT Slurm job \\d+ .*\\ds",
      "\u0003",
    );
    expect(screen).toMatch(`The job goes on. Go on waiting with: cloud-submit wait ${prefix}`);
    expect(code).toBe(130);
    expect((await cli(["status", prefix])).stdout).toMatch(/JOB_SUBMIT/);
    await cli(["cancel", prefix, "--wait"]);
  });

  test("uploading shows progress; Ctrl-C submits nothing, and says how to go on", async () => {
    const folder = jobFolder("true");
    for (let at = 0; at < 600; at++) writeFileSync(join(folder, `data${at}`), `${at}`.repeat(999));
    const prefix = newPrefix("pty");
    const { code, screen } = await cliOnTerminal(
      ["submit", folder, "--prefix", prefix],
      "uploading .*KiB",
      "\u0003",
    );
    expect(screen).toMatch(`Nothing was submitted.`);
    expect(screen.replace(/\s/g, "")).toMatch(`cloud-submitsubmit${folder}--prefix${prefix}`);
    expect(code).toBe(130);
    expect((await cli(["status", prefix])).code).toBe(2);
  });

  test("init asks, and writes what was answered", async () => {
    const { code, screen } = await cliOnTerminal(
      ["--region", "eu-west-1", "init"],
      "Which bucket",
      "\u0003",
    );
    expect([code, screen]).toEqual([130, expect.stringContaining("nothing was written")]);
  });

  test("list is a table", async () => {
    const { screen } = await cliOnTerminal(["list", "--limit", "3"], "never", "");
    expect(stripVTControlCharacters(screen)).toMatch(/PREFIX +STATE +OUTCOME/);
  });
});
