import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { cli, cliOnTerminal } from "../support/installed-cli.ts";
import { jobFolder } from "../support/job-folder.ts";
import { newPrefix } from "../support/local-cloud.ts";

describe("on a terminal", () => {
  test("waiting shows where the job is; Ctrl-C says how to go on, and the job does", async () => {
    const prefix = newPrefix("pty");
    const { code, screen } = await cliOnTerminal(
      ["run", jobFolder("sleep 60"), "--prefix", prefix],
      "JOB_SUBMIT Slurm job \\d+ .*\\ds",
      "\u0003",
    );
    expect(screen).toContain(`The job continues. To end it: cloud-submit cancel ${prefix};`);
    expect(screen).toContain(`cloud-submit wait ${prefix}; cloud-submit fetch ${prefix}`);
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
