import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readStatus, writeStatus } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { OLD_ROOT, shellCheck } from "../../local/machines/other-machines.mjs";
import { inCheckout } from "../networks/config.ts";
import { scriptFolder } from "../support/job-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { Versitygw } from "../transfer/versitygw.ts";
import { endJob, say, settingsFor, storeOf, textOf } from "./bucket-side.ts";
import { type Ended, runProgram } from "./run-program.ts";

const script = inCheckout("cli/sh/cloud-submit.sh");
const bin = temporaryFolder();
symlinkSync(inCheckout(".local/venv/bin/aws"), join(bin, "aws"));
/** Shells, the first of which does all; programs of old userlands run here, too. */
const SHELLS: Readonly<Record<string, string[]>> = {
  dash: ["/bin/dash"],
  busybox: [join(OLD_ROOT, "bin", "busybox"), "ash"],
  mksh: [join(OLD_ROOT, "bin", "mksh")],
};
const there = Object.keys(SHELLS).filter((name) => existsSync(SHELLS[name]?.[0] ?? ""));

let server: Versitygw;
let store: ObjectStore;
beforeAll(async () => {
  server = await Versitygw.start(temporaryFolder(), false);
  store = storeOf(server);
});
afterAll(() => server.stop());

/** Runs the script by a shell, in a folder. */
function sh(
  words: string[],
  {
    shell = "dash",
    cwd = bin,
    env = {},
  }: { shell?: string; cwd?: string; env?: Record<string, string> } = {},
) {
  const [program = "", ...first] = SHELLS[shell] ?? [];
  const all = { PATH: `${bin}:/usr/bin:/bin`, LC_ALL: "C.UTF-8", ...settingsFor(server), ...env };
  return runProgram(program, [...first, script, ...words], all, cwd);
}

/** Wrong usage: that code, and one line. */
const refused = (line: RegExp, code = 2): Partial<Ended> => ({
  code,
  stderr: expect.stringMatching(new RegExp(`^cloud-submit\\.sh: .*${line.source}.*\\n$`)) as never,
});

/** Calls it side by side; each is to end so. */
async function all(calls: [string[], Partial<Ended>][]): Promise<void> {
  const ended = await Promise.all(calls.map(([words]) => sh(words)));
  for (const [at, [, expected]] of calls.entries()) expect(ended[at]).toMatchObject(expected);
}

/** Submits a folder, waits for its job and fetches its files. */
async function wholeWay(shell: string): Promise<void> {
  const work = scriptFolder();
  mkdirSync(join(work, "data 1", "empty one"), { recursive: true });
  writeFileSync(join(work, "data 1", "ü $(id) 'a'"), "in");
  writeFileSync(join(work, "job-aws-jobid.txt"), "of an earlier run");
  const prefix = `sh-${shell}`;
  expect(await sh(["submit", work, prefix], { shell })).toEqual({
    code: 0,
    stdout: `Submitted ${prefix}\n`,
    stderr: "",
  });
  const status = await readStatus(store, prefix);
  expect(status).toMatchObject({ state: "FILE_UPLOAD" });
  expect(status?.metadata).toEqual({
    submission: expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{12}$/),
    submitter: expect.stringMatching(/^[\w-]+@[\w.-]+$/),
  });
  const keys: string[] = [];
  for await (const { key } of store.list(`${prefix}/`)) keys.push(key);
  expect(keys.toSorted()).toEqual(
    ["data 1/empty one/", "data 1/ü $(id) 'a'", "job-aws-run.sh", "job-aws-stat.txt"].map(
      (path) => `${prefix}/${path}`,
    ),
  );
  // One shell looks again and again; each call of the AWS CLI takes a second.
  const waits = shell === there[0] ? sh(["wait", prefix, "60"], { shell }) : undefined;
  await endJob(store, prefix, { results: { "out/of it": "42\n" } });
  expect(await (waits ?? sh(["wait", prefix], { shell }))).toEqual({
    code: 0,
    stdout: `${prefix}: completed\n`,
    stderr: "",
  });
  const cwd = temporaryFolder();
  expect(await sh(["fetch", prefix, "results of it/x"], { shell, cwd })).toEqual({
    code: 0,
    stdout: "Fetched 4 files into results of it/x\n",
    stderr: "",
  });
  const at = join(cwd, "results of it", "x");
  expect(readFileSync(join(at, "out", "of it"), "utf8")).toBe("42\n");
  expect(readFileSync(join(at, "data 1", "ü $(id) 'a'"), "utf8")).toBe("in");
  expect(await sh(["fetch", prefix, "results of it/x"], { shell, cwd })).toMatchObject(
    refused(/not empty: name a new folder/),
  );
}

test(`submits a folder, waits for its job and fetches its files, by ${there.join(", ")}`, async () => {
  await Promise.all(there.map(wholeWay));
});

const [shellcheck, ...checking] = shellCheck() ?? [];
(shellcheck === undefined ? test.skip : test)("shellcheck finds nothing in it", async () => {
  const words = [...checking, "--shell=sh", "--severity=style", "--format=gcc", script];
  expect(await runProgram(shellcheck ?? "", words)).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("without a prefix, one is made of the folder's name", async () => {
  const { code, stdout } = await sh(["submit", scriptFolder()]);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^Submitted work-\d{8}-\d{6}-[0-9a-f]{6}\n$/),
  ]);
});

test("says in one line what is wrong with a folder, a prefix or the settings, and sends nothing", async () => {
  const windows = scriptFolder("#!/bin/sh\r\n");
  const odd = scriptFolder();
  writeFileSync(join(odd, "a\nb"), "");
  const cases: [string[], Record<string, string>, RegExp][] = [
    [["submit", bin], {}, /there is no job-aws-run\.sh in/],
    [["submit", join(bin, "none")], {}, /not a folder/],
    [["submit", windows], {}, /line ends of Windows/],
    [["submit", odd], {}, /a line end in its name: rename it/],
    [["submit", scriptFolder(), "a/b"], {}, /not a prefix: a\/b/],
    [["status", "-a"], {}, /not a prefix/],
    [["status", "a"], { CLOUD_SUBMIT_BUCKET: "" }, /CLOUD_SUBMIT_BUCKET/],
    [["status", "a"], { PATH: temporaryFolder() }, /there is no aws on PATH/],
    [["wait", "a", "1h"], {}, /not a number of seconds: 1h/],
  ];
  for (const [words, env, line] of cases)
    expect(await sh(words, { env })).toMatchObject(refused(line));
  expect(await sh([])).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Usage: /) });
});

test("refuses a prefix whose job is active, is being removed, or is a data set", async () => {
  const work = scriptFolder();
  await writeStatus(store, "active", "JOB_SUBMIT", { submission: "s1" });
  await writeStatus(store, "removed", "JOB_COMPLETE", { metadata: { removing: "r1" } });
  await store.put("set/job-aws-dataset.json", "{}");
  await all([
    [["submit", work, "active"], refused(/active \(JOB_SUBMIT\)/)],
    [["submit", work, "removed"], refused(/is being removed/)],
    [["submit", work, "set"], refused(/is a data set/)],
  ]);
});

test("tells by its exit code how a job ended, and why it did not run", async () => {
  const error = { code: "sbatch-refused", message: "Invalid partition" } as const;
  await endJob(store, "refused", { state: "JOB_ERROR", outcome: "submit-failed", more: { error } });
  await endJob(store, "failed", { outcome: "failed" });
  await endJob(store, "cancelled", { outcome: "cancelled" });
  await say(store, "untold", "JOB_COMPLETE");
  await all([
    [["wait", "refused"], { code: 3, stdout: "refused: submit-failed: Invalid partition\n" }],
    [["wait", "failed"], { code: 1, stdout: "failed: failed\n" }],
    [["wait", "cancelled"], { code: 5 }],
    [["wait", "untold"], { code: 6 }],
    [["wait", "nothing"], refused(/no such job: nothing/)],
  ]);
});

test("cancels an active job and tells which submission it means; the time of wait ends", async () => {
  await writeStatus(store, "going", "FILE_UPLOAD", { submission: "s7" });
  expect(await sh(["wait", "going", "1"])).toMatchObject(refused(/has not ended: FILE_UPLOAD/, 4));
  expect(await sh(["fetch", "going"])).toMatchObject(refused(/has not ended/));
  expect(await sh(["cancel", "going"])).toMatchObject({
    code: 0,
    stdout: "Asked to cancel going\n",
  });
  expect(await textOf(store, "going/job-aws-stat.txt")).toBe("JOB_CANCEL\n");
  expect((await readStatus(store, "going"))?.metadata).toMatchObject({ cancels: "s7" });
  expect(await sh(["cancel", "going"])).toMatchObject({
    stdout: "going is being cancelled already\n",
  });
});

test("credentials that S3 does not take are told apart, by one line and exit code 7", async () => {
  const env = { AWS_SECRET_ACCESS_KEY: "another" };
  expect(await sh(["status", "a"], { env })).toMatchObject(refused(/SignatureDoesNotMatch/, 7));
});
