import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { loadConfig } from "../../../../local/config.ts";
import { writeJobCommands } from "../../../../local/slurm/job-commands.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("a job's srun finds slurm.conf also where the variables of Slurm were taken away", async () => {
  const home = temporaryFolder();
  const [real, slurm] = [join(home, "real"), join(home, "slurm")];
  mkdirSync(real);
  mkdirSync(slurm);
  writeFileSync(join(real, "srun"), '#!/bin/sh\necho "$SLURM_CONF $*"\n', { mode: 0o755 });
  const config = loadConfig({ PATH: real });
  const slurmConf = join(slurm, "slurm.conf");
  const prolog = await writeJobCommands({ ...config, slurm, slurmConf });
  const said = (PATH: string, command: string, env = {}) =>
    spawnSync("/bin/sh", ["-c", command], { env: { PATH, ...env }, encoding: "utf8" }).stdout;
  const line = said("/usr/bin", prolog);
  expect(line).toBe(`export PATH=${join(slurm, "job-commands")}:/usr/bin\n`);
  const path = line.slice("export PATH=".length, -1);
  expect(said(path, prolog)).toBe("");
  expect(said(path, "srun -n1 'a b'")).toBe(`${slurmConf} -n1 a b\n`);
  expect(said(path, "srun", { SLURM_CONF: "/other" })).toBe("/other \n");
});
