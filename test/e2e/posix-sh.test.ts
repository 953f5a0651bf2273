import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "@jest/globals";
import { jobFolder } from "../support/job-folder.ts";
import { bucket, inCheckout, newPrefix, record, runTool } from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** cloud-submit.sh with the AWS CLI, by the real agent. */
function sh(words: string[], cwd = temporaryFolder()) {
  const aws = inCheckout(".local/venv/bin");
  const set = [`PATH=${aws}${delimiter}/usr/bin:/bin`, `CLOUD_SUBMIT_BUCKET=${bucket}`];
  return runTool("env", [...set, "dash", inCheckout("cli/sh/cloud-submit.sh"), ...words], cwd);
}

test("a machine with the AWS CLI alone submits, waits and fetches", async () => {
  const prefix = newPrefix("posix-sh");
  const folder = jobFolder("echo 42 > answer");
  expect(await sh(["submit", folder, prefix])).toMatchObject({
    code: 0,
    stdout: `Submitted ${prefix}\n`,
    stderr: "",
  });
  expect(await sh(["wait", prefix, "120"])).toMatchObject({
    code: 0,
    stdout: `${prefix}: completed\n`,
  });
  expect((await record(prefix))?.requester?.submitter).toMatch(/@/);
  const cwd = temporaryFolder();
  expect(await sh(["fetch", prefix], cwd)).toMatchObject({ code: 0 });
  expect(readFileSync(join(cwd, prefix, "answer"), "utf8")).toBe("42\n");
});

test("it cancels a job, and tells of one that Slurm refuses", async () => {
  const [running, refused] = [newPrefix("posix-cancel"), newPrefix("posix-refused")];
  expect(await sh(["submit", jobFolder("sleep 600"), running])).toMatchObject({ code: 0 });
  expect(await sh(["cancel", running])).toMatchObject({ code: 0 });
  expect(await sh(["wait", running, "120"])).toMatchObject({ code: 5 });
  const folder = jobFolder("#SBATCH --partition=none-such\ntrue");
  expect(await sh(["submit", folder, refused])).toMatchObject({ code: 0 });
  expect(await sh(["wait", refused, "120"])).toMatchObject({ code: 3 });
});
