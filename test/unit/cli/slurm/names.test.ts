import { mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { callSlurm } from "../../../../cli/slurm/call-slurm.ts";
import { SLURM_COMMANDS } from "../../../../cli/slurm/commands.ts";
import { makeLinks } from "../../../../cli/slurm/links.ts";
import { SLURM_NAMES, slurmCall } from "../../../../cli/slurm/names.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

describe("the command that the program is called as", () => {
  test.each([
    [["node", "/x/sbatch", "-p", "a"], { name: "sbatch", argv: ["-p", "a"] }],
    [["node", "/x/squeue.cjs"], { name: "squeue", argv: [] }],
    [
      ["node", "/x/cloud-submit.cjs", "slurm", "run", "sacct", "-X"],
      { name: "sacct", argv: ["-X"] },
    ],
    [["node", "/x/cloud-submit.cjs", "slurm", "run", "nothing"], undefined],
    [["node", "/x/cloud-submit.cjs", "submit", "sbatch"], undefined],
    [["node"], undefined],
  ])("%j is %j", (argv, call) => {
    expect(slurmCall(argv)).toEqual(call);
  });

  test.each(SLURM_NAMES)("%s is there", async (name) => {
    expect((await SLURM_COMMANDS[name]()).run).toBeInstanceOf(Function);
  });

  test.each([
    ["srun", ["hostname"], 1, /^srun: error: the cluster is reached through S3 alone.*sbatch/],
    ["salloc", [], 1, /^salloc: error: .*\(inside of a job, salloc is Slurm's own\)\n$/],
    ["sshare", ["-U", "-h"], 0, /^$/],
  ] as const)("%s %j ends with %d", async (name, argv, code, told) => {
    let text = "";
    const stderr = { write: (line: string) => void (text += line) } as never;
    expect(await callSlurm({ name, argv }, { env: {}, stderr })).toBe(code);
    expect(text).toMatch(told);
  });
});

describe("links", () => {
  const scene = () => {
    const top = temporaryFolder();
    const program = join(top, "cloud-submit.cjs");
    writeFileSync(program, "");
    return { top, program, at: join(top, "bin") };
  };

  test("each name leads to the program, also when it was there before, or in another place", async () => {
    const { top, program, at } = scene();
    expect(await makeLinks(at, program)).toBe(at);
    mkdirSync(join(top, "later"));
    const later = join(top, "later/cloud-submit.cjs");
    writeFileSync(later, "");
    await makeLinks(at, later);
    await makeLinks(at, later);
    for (const name of SLURM_NAMES) expect(readlinkSync(join(at, name))).toBe(later);
  });

  test("what is somebody else's stays, and then no link is made", async () => {
    const { program, at } = scene();
    mkdirSync(at);
    symlinkSync("/usr/bin/squeue", join(at, "squeue"));
    await expect(makeLinks(at, program)).rejects.toMatchObject({ code: "usage" });
    expect(() => readlinkSync(join(at, "sbatch"))).toThrow("ENOENT");
    await expect(makeLinks(at, "/nowhere/cloud-submit")).rejects.toMatchObject({ code: "usage" });
  });
});
