import { describe, expect, test } from "@jest/globals";
import { checkSlurmPath } from "../../../local/slurm/slurm-conf.ts";

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
