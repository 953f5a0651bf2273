import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { parseEnding, parseRequest } from "../../../headnode/spool/messages.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** An installed hook in a home of its own, as SSM or slurmctld runs it: with nothing in its environment. */
function hook(source: string, spool: string) {
  const home = temporaryFolder();
  mkdirSync(join(home, "hooks"));
  mkdirSync(join(home, "spool", spool), { recursive: true });
  const path = join(home, "hooks", source);
  copyFileSync(fileURLToPath(new URL(`../../../headnode/hooks/${source}`, import.meta.url)), path);
  const folder = join(home, "spool", spool);
  return {
    home,
    folder,
    run: (env: Record<string, string>) => spawnSync(path, [], { env, encoding: "utf8" }),
    removeSpool: () => rmSync(folder, { recursive: true }),
    files: () => readdirSync(folder),
    text: (name: string) => readFileSync(join(folder, name), "utf8"),
  };
}

const request = {
  SSM_Action: "run",
  SSM_Prefix: "job-1",
  SSM_Submission: "s.1",
  SSM_Requester: "123",
};

describe("request.sh", () => {
  test("leaves one complete file that the agent can read", () => {
    const { run, files, text } = hook("request.sh", "requests");
    expect(run(request)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(run(request).status).toBe(0);
    expect(files()).toEqual(["run:job-1:s.1"]);
    expect(parseRequest(text("run:job-1:s.1"))).toEqual({
      action: "run",
      prefix: "job-1",
      submission: "s.1",
      requester: "123",
    });
  });

  test.each([
    [
      "/var/lib/amazon/ssm/i-1/document/orchestration/0f6d2a3e-9b1c-4d7e-8f00-aabbccddeeff/request/_script.sh",
      "0f6d2a3e-9b1c-4d7e-8f00-aabbccddeeff",
    ],
    ["/tmp/_script.sh", undefined],
    ["/x/orchestration/$(id)/_script.sh", undefined],
    ["/x/orchestration/a\nprefix=other/_script.sh", undefined],
  ])("from the script's path %j it knows the command %s", (path, command) => {
    const { run, text } = hook("request.sh", "requests");
    expect(run({ ...request, SSM_Script: path })).toMatchObject({ status: 0, stderr: "" });
    const message = parseRequest(text("run:job-1:s.1"));
    expect(message).toMatchObject({ prefix: "job-1", submission: "s.1" });
    expect(message?.command).toBe(command);
  });

  test.each([
    ["0f6d2a3e-9b1c-4d7e-8f00-aabbccddeeff", "0f6d2a3e-9b1c-4d7e-8f00-aabbccddeeff"],
    ["$(id)", undefined],
    ["a\nprefix=other", undefined],
    ["", "feed"],
  ])("SSM_COMMAND_ID=%j goes before the script's path", (id, command) => {
    const { run, text } = hook("request.sh", "requests");
    const script = "/x/orchestration/feed/request/_script.sh";
    const done = run({ ...request, SSM_COMMAND_ID: id, SSM_Script: script });
    expect(done).toMatchObject({ status: 0, stderr: "" });
    const message = parseRequest(text("run:job-1:s.1"));
    expect(message).toMatchObject({ prefix: "job-1", submission: "s.1" });
    expect(message?.command).toBe(command);
  });

  test("without a spool it can be tried again, which a refusal cannot", () => {
    const { run, removeSpool } = hook("request.sh", "requests");
    removeSpool();
    expect(run(request)).toMatchObject({
      status: 75,
      stderr: expect.stringContaining("is the agent installed?"),
    });
  });

  test.each([
    { SSM_Action: "rm" },
    { SSM_Action: "" },
    { SSM_Prefix: "" },
    { SSM_Prefix: "../x" },
    { SSM_Prefix: "-x" },
    { SSM_Prefix: "$(touch pwned)" },
    { SSM_Prefix: "a\nprefix=b" },
    { SSM_Prefix: "é" },
    { SSM_Submission: "a b" },
    { SSM_Submission: "a/b" },
    { SSM_Requester: "a\nb" },
  ])("refuses %j", (bad) => {
    const { run, files } = hook("request.sh", "requests");
    const done = run({ ...request, ...bad });
    expect(done.status).toBe(64);
    expect(done.stderr).toMatch(/^cloud-submit: [^\n]+\n$/);
    expect(files()).toEqual([]);
  });
});

describe("slurm-ended.sh", () => {
  const ended = {
    SLURM_JOB_ID: "12",
    SLURM_JOB_COMMENT: "cloud-submit:job1:s1",
    SLURM_JOB_EXIT_CODE2: "3:0",
    SLURM_JOB_UID: "1000",
  };
  const told = { id: "12", user: 1000, comment: { prefix: "job1", submission: "s1" } };

  test("leaves one complete file, also when slurmctld runs it again", () => {
    const { run, files, text } = hook("slurm-ended.sh", "endings");
    for (let time = 0; time < 2; time++)
      expect(run(ended)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(files()).toEqual(["12.0"]);
    expect(parseEnding(text("12.0"))).toEqual({ job: "12", exit: "3:0", restarts: 0, ...told });
  });

  test("names the whole array, one file for each task", () => {
    const { run, files, text } = hook("slurm-ended.sh", "endings");
    const array = { SLURM_ARRAY_JOB_ID: "14", SLURM_ARRAY_TASK_COUNT: "2" };
    for (const [task, id] of ["13", "14"].entries())
      run({ ...ended, ...array, SLURM_JOB_ID: id, SLURM_ARRAY_TASK_ID: String(task) });
    expect(files().toSorted()).toEqual(["13.0", "14.0"]);
    expect(parseEnding(text("13.0"))).toMatchObject({
      ...told,
      job: "14",
      task: 0,
      tasks: 2,
      id: "13",
    });
  });

  test("a requeued job leaves a file for each time", () => {
    const { run, files, text } = hook("slurm-ended.sh", "endings");
    run(ended);
    run({ ...ended, SLURM_RESTART_COUNT: "1" });
    // Slurm's name for it from 24.05 on.
    run({ ...ended, SLURM_JOB_RESTART_COUNT: "2" });
    expect(files().toSorted()).toEqual(["12.0", "12.1", "12.2"]);
    expect(parseEnding(text("12.2"))?.restarts).toBe(2);
  });

  test.each([
    "cloud-submit:job1:s1\nexit=0:0",
    "cloud-submit:job1:s1 ",
    "cloud-submit:job1",
    "cloud-submit:job1:s1:s2",
    "cloud-submit:../job1:s1",
    "cloud-submit:ジョブ:s1",
    "cloud-submit:",
  ])(
    "a comment that was changed to %j names no submission, and changes nothing else",
    (comment) => {
      const { run, text } = hook("slurm-ended.sh", "endings");
      const done = run({ ...ended, SLURM_JOB_COMMENT: comment });
      expect(done).toMatchObject({ status: 0, stdout: "", stderr: "" });
      const { comment: _, ...rest } = told;
      expect(parseEnding(text("12.0"))).toEqual({ job: "12", exit: "3:0", restarts: 0, ...rest });
    },
  );

  test.each([
    [{ SLURM_JOB_STDOUT: "/w/a b-%j.out" }, "/w/a b-%j.out"],
    [{ SLURM_JOB_STDOUT: "/w/out", SLURM_JOB_STDERR: "/w/=err" }, "/w/=err"],
    [{ SLURM_JOB_STDERR: "/w/x\nexit=0:0" }, undefined],
    [{}, undefined],
  ])("of %j tells where errors went", (env, stderr) => {
    const { run, text } = hook("slurm-ended.sh", "endings");
    expect(run({ ...ended, ...env }).status).toBe(0);
    expect(parseEnding(text("12.0"))).toEqual({
      job: "12",
      exit: "3:0",
      restarts: 0,
      ...told,
      stderr,
    });
  });

  test.each([{ SLURM_JOB_COMMENT: "" }, { SLURM_JOB_COMMENT: "mine" }])(
    "leaves nothing for %j",
    (other) => {
      const { run, files } = hook("slurm-ended.sh", "endings");
      expect(run({ ...ended, ...other }).status).toBe(0);
      expect(files()).toEqual([]);
    },
  );
});

describe.each([
  ["request.sh", "requests", request, "run:job-1:s.1"],
  [
    "slurm-ended.sh",
    "endings",
    { SLURM_JOB_ID: "12", SLURM_JOB_COMMENT: "cloud-submit:j:s" },
    "12.0",
  ],
])("%s, whose spool the agent's user may change,", (source, spool, env, name) => {
  test.each(["the folder of files", "the spool"])("follows no link in place of %s", (which) => {
    const { run, home, folder } = hook(source, spool);
    const place = which === "the spool" ? join(home, "state", "spool") : folder;
    const elsewhere = join(home, "etc");
    mkdirSync(join(elsewhere, spool), { recursive: true });
    if (which === "the spool") {
      // As it is installed: root's link leads to the state's folder, which is the agent's.
      mkdirSync(join(home, "state"));
      rmSync(join(home, "spool"), { recursive: true });
      symlinkSync(join(home, "state", "spool"), join(home, "spool"));
      symlinkSync(elsewhere, place);
    } else {
      rmSync(folder, { recursive: true });
      symlinkSync(join(elsewhere, spool), folder);
    }
    expect(run(env).status).not.toBe(0);
    expect(readdirSync(elsewhere)).toEqual([spool]);
    expect(readdirSync(join(elsewhere, spool))).toEqual([]);
  });

  test("goes where root's own link leads", () => {
    const { run, home, files } = hook(source, spool);
    mkdirSync(join(home, "var"));
    renameSync(join(home, "spool"), join(home, "var", "spool"));
    symlinkSync("var/spool", join(home, "spool"));
    expect(run(env)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(files()).toEqual([name]);
  });

  test("replaces a link in the file's place, and leaves alone what it leads to", () => {
    const { run, home, folder, files } = hook(source, spool);
    mkdirSync(join(home, "elsewhere"));
    symlinkSync(join(home, "elsewhere"), join(folder, name));
    expect(run(env)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(readdirSync(join(home, "elsewhere"))).toEqual([]);
    expect(files()).toEqual([name]);
    expect(lstatSync(join(folder, name)).isFile()).toBe(true);
  });
});
