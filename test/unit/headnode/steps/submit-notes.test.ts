import { expect, test } from "@jest/globals";
import { SBATCH_METADATA } from "../../../../protocol/sbatch-options.ts";
import { submittedWorld, world } from "../../../support/agent-world.ts";

/** The notes in the record of a job with this script and these options. */
async function notes(script: string, options: string[] = []) {
  const { w } = await submittedWorld({
    files: { "job-aws-run.sh": `#!/bin/sh\n${script}\n` },
    metadata: { [SBATCH_METADATA]: JSON.stringify(options) },
  });
  return w.record("job1")?.notes;
}

test("a script's own working directory is told of as not followed", async () => {
  expect(await notes('#SBATCH -D "/scratch/a b"\ntrue')).toEqual([
    { code: "chdir-not-followed", values: { path: "/scratch/a b" } },
  ]);
});

test("a comment of the script's own is told of as not followed", async () => {
  expect(await notes("#SBATCH --comment=mine\ntrue")).toEqual([
    { code: "comment-not-followed", values: {} },
  ]);
});

test.each([["#SBATCH --chdir=.\ntrue"], ["true\n#SBATCH --chdir=/tmp"], ["cd /tmp"]])(
  "nothing is told of %j",
  async (script) => {
    expect(await notes(script)).toBeUndefined();
  },
);

test("jobs to wait for that Slurm does not know are told of", async () => {
  const w = world();
  w.slurm.known.add("12");
  await w.start();
  await w.upload("job1", { "job-aws-run.sh": "#!/bin/sh\n#SBATCH -d afterok:1\ntrue\n" });
  const option = "--dependency=afterok:12:13_4,after:14+5?singleton";
  await w.ask("job1", "FILE_UPLOAD", { [SBATCH_METADATA]: JSON.stringify([option]) });
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  expect(w.record("job1")?.notes).toEqual([
    { code: "dependency-unknown", values: { ids: "13,14" } },
  ]);
});

test.each([
  ["export-file", "#SBATCH --export-file=/etc/shadow"],
  ["export-file", "#SBATCH --export-f /etc/shadow"],
  ["bbf", "#SLURM --bbf=/x"],
  ["nodefile", `${"# so long a comment\n".repeat(5000)}#SBATCH -HF/x`],
])(
  "a script with --%s is refused: sbatch would read a file of the Head Node",
  async (option, script) => {
    const w = world();
    await w.start();
    await w.upload("job1", { "job-aws-run.sh": `#!/bin/sh\n${script}\ntrue\n` });
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({
      outcome: "rejected",
      error: { code: "bad-option", message: expect.stringContaining(`--${option}: `) },
    });
    expect(w.slurm.submitted).toEqual([]);
  },
);
