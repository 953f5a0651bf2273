import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { SBATCH_METADATA } from "../../protocol/sbatch-options.ts";
import { jobFolder } from "../support/job-folder.ts";
import { cli, keys, newPrefix, put, record, untilState, upload } from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Submits a job with an option for sbatch. */
const submitWith = (option: string, prefix: string) =>
  cli(["submit", jobFolder("true"), "--prefix", prefix, "--", option]);

describe("options for sbatch", () => {
  test("come after --, and Slurm has them", async () => {
    const folder = jobFolder('echo "$SLURM_JOB_NAME $SLURM_CPUS_PER_TASK" > said');
    const { code } = await cli(["run", folder, "--", "--job-name=夜 の  $(id)", "-c", "2"]);
    expect([code, readFileSync(join(folder, "said"), "utf8")]).toEqual([0, "夜 の  $(id) 2\n"]);
  });

  test("that are not passed on are refused before anything is submitted", async () => {
    const prefix = newPrefix("refused");
    const { code, stderr } = await submitWith("--wrap=id", prefix);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^cloud-submit: .*--wrap[^\n]*\n$/)]);
    expect(await keys(`${prefix}/`)).toEqual([]);
  });

  test("that another client wrote are checked by the agent", async () => {
    const prefix = newPrefix("refused");
    await upload(prefix, "true");
    await put(`${prefix}/job-aws-stat.txt`, "FILE_UPLOAD\n", {
      [SBATCH_METADATA]: '["--uid=0"]',
    });
    await untilState(prefix, "JOB_ERROR");
    expect(await record(prefix)).toMatchObject({
      outcome: "rejected",
      error: { code: "bad-option" },
    });
    expect((await cli(["logs", prefix])).code).toBe(3);
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
    const { code, stderr } = await submitWith("--uid=0", prefix);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--uid")]);
    expect((await cli(["status", prefix])).code).toBe(2);
  });
});
