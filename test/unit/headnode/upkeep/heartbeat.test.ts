import { describe, expect, test } from "@jest/globals";
import { Journal } from "../../../../headnode/journal/journal.ts";
import type { CommandResult } from "../../../../headnode/slurm/command.ts";
import { slurmHealth } from "../../../../headnode/slurm/health.ts";
import { HeartbeatWriter } from "../../../../headnode/upkeep/heartbeat.ts";
import { CloudSubmitError } from "../../../../protocol/error.ts";
import { HEARTBEAT_KEY, type Partition, parseHeartbeat } from "../../../../protocol/heartbeat.ts";
import { pendingFolder } from "../../../../protocol/marker.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import { heartbeatText } from "../../../support/heartbeat.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

describe("the heartbeat", () => {
  const read = (w: ReturnType<typeof world>) => parseHeartbeat(w.store.text(HEARTBEAT_KEY) ?? "");

  test("tells of the agent, of Slurm and how many jobs there are; the last one, that it stopped", async () => {
    const w = world({ heartbeat: true });
    const agent = await w.start();
    await w.until(() => read(w)?.lastReconcile !== undefined);
    expect(read(w)).toMatchObject({
      state: "running",
      everySeconds: 0.01,
      version: "1.2.3",
      host: "head",
      slurm: { state: "ok", version: "22.05.8" },
      jobs: { active: 0, waiting: 0 },
    });
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => read(w)?.jobs.active === 1 && read(w)?.jobs.waiting === 0);
    w.end("1", task("COMPLETED"));
    await w.until(() => read(w)?.jobs.active === 0);
    await agent.shutdown();
    expect(read(w)?.state).toBe("stopped");
  });

  test("of an agent that has not looked yet tells of the last look before its start", async () => {
    const w = world({ heartbeat: true });
    const looked = "2026-11-20T12:00:00.000Z";
    await w.store.put(HEARTBEAT_KEY, heartbeatText({ looked }));
    let isListed = false;
    w.store.before = async (operation, key) => {
      if (operation === "list" && key === pendingFolder() && !isListed) throw new Error("503");
    };
    await w.start();
    await w.until(() => read(w)?.host === "head");
    expect(read(w)?.looked).toBe(looked);
    isListed = true;
    await w.until(() => read(w)?.looked !== looked);
    expect(Date.parse(read(w)?.looked ?? "")).toBeGreaterThan(Date.parse(looked));
  });

  test("tells that it has looked, though a cancel waits for a Slurm that is away", async () => {
    const w = world({ heartbeat: true, lookMs: 20 });
    await w.claim("job2", "JOB_CANCEL", { cancels: "s2" });
    w.slurm.onLook = () => {
      throw new CloudSubmitError("slurm", "slurmctld does not respond");
    };
    await w.start();
    await w.until(() => read(w)?.looked !== undefined);
    const first = read(w)?.looked;
    await w.until(() => read(w)?.looked !== first);
    expect(read(w)?.left).toEqual([]);
  });

  test("names what it cannot take, and counts all else", async () => {
    const w = world({ heartbeat: true, lookMs: 20 });
    w.store.before = (operation, key) => {
      if (operation === "get" && key === "job2/job-aws-stat.txt") throw new Error("503 SlowDown");
    };
    const { submission } = await w.claim("job2", "FILE_UPLOAD");
    await w.start();
    await w.until(() => (read(w)?.left ?? []).length > 0);
    expect(read(w)?.left).toEqual([`job2/run-${submission}`]);
    w.store.before = () => undefined;
    await w.until(() => read(w)?.left?.length === 0);
  });

  test("tells what Slurm offers, as long as it fits", async () => {
    const one = { name: "main", isDefault: true, state: "up", timeLimit: "infinite", nodes: [] };
    let offered: Partition[] = [one];
    const store = new MemoryStore();
    const journal = await Journal.open(temporaryFolder(), () => undefined);
    const writer = new HeartbeatWriter({
      store,
      journal,
      everyMs: 5,
      about: { version: "1.2.3", startedAt: "2026-11-24T09:00:00.000Z", host: "head" },
      slurmHealth: async () => ({ state: "ok" }),
      partitions: async () => offered,
      lastReconcile: () => undefined,
      looked: () => undefined,
      log: () => undefined,
      now: () => new Date(),
    });
    const w = world();
    const told = () => parseHeartbeat(store.text(HEARTBEAT_KEY) ?? "");
    await w.until(() => told() !== undefined);
    expect(told()?.partitions).toEqual([one]);
    offered = Array.from({ length: 2000 }, () => one);
    await w.until(() => told()?.partitions === undefined);
    expect(told()?.slurm.state).toBe("ok");
    writer.stop();
  });

  test("of an agent whose jobs wait for Slurm says so", async () => {
    const w = world({ heartbeat: true });
    w.slurm.onSubmit = () => {
      throw new Error("Socket timed out");
    };
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => read(w)?.jobs.waiting === 1);
  });

  test("that cannot be written disturbs nothing, and comes again", async () => {
    const w = world({ heartbeat: true });
    let refused = 0;
    w.store.before = (_operation, key) => {
      if (key !== HEARTBEAT_KEY || refused >= 3) return;
      refused += 1;
      throw new Error("503 SlowDown");
    };
    const agent = await w.start();
    await w.until(() => read(w) !== undefined);
    expect(refused).toBe(3);
    w.store.before = () => {
      throw new Error("S3 is gone");
    };
    await agent.shutdown();
  });
});

describe("Slurm's health", () => {
  const health = (answer: Partial<CommandResult> | Error) =>
    slurmHealth(async (_name, [argument]) => {
      const version = "slurm-wlm 22.05.8\n";
      if (argument === "--version")
        return { code: 0, stdout: version, stderr: "", output: version };
      if (answer instanceof Error) throw answer;
      const { code = 0, stdout = "", stderr = "" } = answer;
      return { code, stdout, stderr, output: stdout + stderr };
    })();

  test.each([
    [{ stdout: "Slurmctld(primary) at head is UP\n" }, { state: "ok" }],
    [
      {
        stdout: "Slurmctld(primary) at head is DOWN\n",
        stderr: "*****************************************\n",
        code: 1,
      },
      { state: "unreachable", detail: expect.stringContaining("is DOWN; ***") },
    ],
    [
      new Error("scontrol cannot be run"),
      { state: "unreachable", detail: "scontrol cannot be run" },
    ],
  ])("%j means %j", async (answer, expected) => {
    expect(await health(answer)).toEqual({ version: "22.05.8", ...expected });
  });
});
