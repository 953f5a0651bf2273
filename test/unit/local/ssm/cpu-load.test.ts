import { describe, expect, test } from "@jest/globals";
import { CpuLoad } from "../../../../local/ssm/cpu-load.ts";

describe("CpuLoad", () => {
  test("uses as much CPU time as it says", async () => {
    const load = new CpuLoad(60);
    // The first call starts a thread.
    await load.burn();
    const before = process.cpuUsage();
    await Promise.all([load.burn(), load.burn(), load.burn()]);
    const { user, system } = process.cpuUsage(before);
    await load.close();
    expect((user + system) / 1000).toBeGreaterThanOrEqual(175);
  });

  test("costs nothing when it is to cost nothing", async () => {
    await new CpuLoad(0).burn();
  });
});
