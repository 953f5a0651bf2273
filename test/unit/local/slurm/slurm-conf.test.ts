import { describe, expect, test } from "@jest/globals";
import { isUp } from "../../../../local/slurm/slurm.ts";
import {
  checkSlurmPath,
  type SlurmConfOptions,
  slurmConf,
} from "../../../../local/slurm/slurm-conf.ts";

describe("checkSlurmPath", () => {
  test("takes an ordinary path", () => {
    expect(() => checkSlurmPath("/home/someone/src/cloud-submit/.local/slurm")).not.toThrow();
  });

  test("refuses a path with a space, and says so", () => {
    expect(() => checkSlurmPath("/home/some one/.local/slurm")).toThrow(/move the checkout/);
  });

  test("says how much a path is too long", () => {
    const slack = 107 - "/spool/local-1_4294967295.4294967295".length;
    expect(() => checkSlurmPath(`/${"x".repeat(slack - 1)}`)).not.toThrow();
    expect(() => checkSlurmPath(`/${"x".repeat(slack)}`)).toThrow(/1 characters shorter/);
  });
});

const options: SlurmConfOptions = {
  dir: "/x/slurm",
  host: "here",
  user: "me",
  mungeSocket: "/x/socket",
  slurmctldPort: 1,
  slurmdPort: 2,
  epilog: "/x/epilog",
  taskProlog: "/x/task-prolog",
  plugins: undefined,
  resume: "/x/resume",
  suspend: "/x/suspend",
  cpus: 8,
  memory: 4,
};

describe("slurmConf", () => {
  test("names the plugins of a Slurm that is not where it was built to be", () => {
    expect(slurmConf(options)).not.toContain("PluginDir");
    expect(slurmConf({ ...options, plugins: "/x/lib" })).toContain("\nPluginDir=/x/lib\n");
  });

  test("saves no power on the node that all jobs run on", () => {
    const lines = slurmConf(options).split("\n");
    const [, node] = /^NodeName=(\S+) .*State=UNKNOWN$/m.exec(slurmConf(options)) ?? [];
    expect(lines).toContain(`SuspendExcNodes=${node}`);
    expect(lines).toContain("ResumeProgram=/x/resume");
  });
});

describe("isUp", () => {
  test.each(["idle", "mix", "alloc", "comp", "plnd"])("a node that is %s takes jobs", (state) => {
    expect(isUp(state)).toBe(true);
  });

  test.each([
    "",
    "down",
    "drain",
    "drng",
    "unk",
    "boot",
    "idle~",
    "idle#",
    "down*",
    "mix*",
    "local idle",
  ])("a node that is %p does not", (state) => {
    expect(isUp(state)).toBe(false);
  });
});
