import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { task } from "../../../../support/fake-slurm.ts";
import { runningJob } from "../../../../support/running-job.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

describe("only the job's own output is published", () => {
  test.each<[string, (work: string, secret: string) => void]>([
    [
      "a link out of the folder",
      (work: string, secret: string) => symlinkSync(secret, join(work, "out")),
    ],
    [
      "a link to a folder elsewhere on the way",
      (work: string, secret: string) => {
        renameSync(work, `${work}.aside`);
        symlinkSync(dirname(secret), work);
      },
    ],
    [
      "a pipe to which nobody writes",
      (work: string) => {
        spawnSync("mkfifo", [join(work, "out")]);
      },
    ],
    ["a folder", (work: string) => mkdirSync(join(work, "out"))],
    ["nothing", (work: string) => rmSync(work, { recursive: true })],
  ])("%s is not", async (name, make) => {
    const elsewhere = temporaryFolder();
    const secret = join(elsewhere, "secret");
    writeFileSync(secret, "secret");
    writeFileSync(join(elsewhere, "out"), "secret");
    const { w, work, held, liveWrites } = await runningJob();
    make(work, secret);
    await w.someRounds();
    expect(liveWrites()).toEqual([]);
    // The agent looks on: what is the job's own comes.
    if (name !== "a link out of the folder") return;
    rmSync(join(work, "out"));
    writeFileSync(join(work, "out"), "own");
    await w.until(() => held("stdout")?.text === "own");
  });

  test("a file that Slurm writes outside of the job's folder is not", async () => {
    const elsewhere = join(temporaryFolder(), "out");
    writeFileSync(elsewhere, "of somebody else");
    const { w, end, liveWrites } = await runningJob(() => [
      { ...task("RUNNING"), outputPaths: [elsewhere] },
    ]);
    await w.someRounds();
    expect(liveWrites()).toEqual([]);
    end();
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.record("job1")?.output).toBeUndefined();
  });
});
