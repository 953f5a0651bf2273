import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { loadConfig } from "../../../local/config.ts";
import { SLURM_CHOICES } from "../../../local/slurm-choice.mjs";

const FAULTS = { CLOUD_SUBMIT_LOCAL_FAULTS: "1" };
const BENCH = { CLOUD_SUBMIT_LOCAL_BENCH: "1" };

describe("the Slurm of the local cloud", () => {
  test("is the installed one unless another is asked for", () => {
    const config = loadConfig({ PATH: "/bin" });
    expect([config.slurmFolder, config.baseEnv["PATH"]]).toEqual([undefined, "/bin:/usr/sbin"]);
    expect(loadConfig({ CLOUD_SUBMIT_LOCAL_SLURM: "distribution" }).home).toBe(config.home);
  });

  test("is found before the installed one, by every part that reads this again", () => {
    const { baseEnv, checkout } = loadConfig({ PATH: "/bin", CLOUD_SUBMIT_LOCAL_SLURM: "24.11" });
    const bin = join(checkout, ".local", "slurm-versions", "24.11", "bin");
    expect(baseEnv["PATH"]).toBe(`${bin}:/bin:/usr/sbin`);
    expect(baseEnv["CLOUD_SUBMIT_LOCAL_SLURM"]).toBe("24.11");
  });

  test("has a cloud of its own, with faults or without", () => {
    const homes = SLURM_CHOICES.flatMap((choice) =>
      [{}, FAULTS, BENCH].map(
        (kind) => loadConfig({ ...kind, CLOUD_SUBMIT_LOCAL_SLURM: choice }).home,
      ),
    );
    expect(new Set(homes).size).toBe(SLURM_CHOICES.length * 3);
  });

  test("is one of those that can be had", () => {
    expect(() => loadConfig({ CLOUD_SUBMIT_LOCAL_SLURM: "20.02" })).toThrow(
      /^CLOUD_SUBMIT_LOCAL_SLURM: .*"24\.11"/,
    );
  });
});

test("SendCommand is throttled as much in benchmarks and with faults as everywhere", () => {
  for (const kind of [{}, FAULTS, BENCH]) expect(loadConfig(kind).sendsPerSecond).toBe(5);
  expect(loadConfig({ CLOUD_SUBMIT_LOCAL_SSM_RATE: "0.5" }).sendsPerSecond).toBe(0.5);
});

test("the node's CPUs are a whole number", () => {
  expect(loadConfig({ CLOUD_SUBMIT_LOCAL_CPUS: "64" }).cpus).toBe(64);
  for (const bad of ["0", "1.5", "many"])
    expect(() => loadConfig({ CLOUD_SUBMIT_LOCAL_CPUS: bad })).toThrow(
      /^CLOUD_SUBMIT_LOCAL_CPUS: /,
    );
});

test("the seed of the stand-in for SSM is a whole number, and nothing unless it is set", () => {
  const seed = (text: string) => loadConfig({ CLOUD_SUBMIT_LOCAL_SSM_SEED: text });
  expect(loadConfig({}).ssmSeed).toBeUndefined();
  const { ssmSeed, baseEnv } = seed("7");
  // Handed on to the stand-in's own process.
  expect([ssmSeed, baseEnv["CLOUD_SUBMIT_LOCAL_SSM_SEED"]]).toEqual([7, "7"]);
  for (const bad of ["x", "-1", "1.5"])
    expect(() => seed(bad)).toThrow(/^CLOUD_SUBMIT_LOCAL_SSM_SEED: /);
});
