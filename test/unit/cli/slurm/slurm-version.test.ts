import { expect, test } from "@jest/globals";
import { slurmVersion } from "../../../../cli/slurm/slurm-version.ts";

test("without a bucket, tools are told the version whose options are known", async () => {
  const env = { HOME: "/nowhere" };
  expect(await slurmVersion(env, "1.2.3")).toBe("slurm 24.05.0 (cloud-submit 1.2.3)");
});
