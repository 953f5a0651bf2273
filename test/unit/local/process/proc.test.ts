import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { daemonPid, startDaemon, stopDaemon } from "../../../../local/process/daemon.ts";
import { environmentOf, processStat, withDescendants } from "../../../../local/process/proc.ts";
import { waitUntil } from "../../../../local/wait-until.ts";

const folder = mkdtempSync(join(tmpdir(), "daemon-"));
afterAll(() => rmSync(folder, { recursive: true }));

const spec = (name: string, script: string) => ({
  name,
  command: "/bin/sh",
  args: ["-c", script],
  env: { PATH: "/usr/bin:/bin", MARK: name },
  cwd: folder,
  log: join(folder, `${name}.log`),
});

describe("daemons", () => {
  test("stop ends the process and what it has started", async () => {
    const pid = await startDaemon(spec("tree", "sleep 60 & echo $!; wait"), folder);
    const log = join(folder, "tree.log");
    const child = await waitUntil("child", () => Number(readFileSync(log, "utf8")) || undefined, {
      deadline: 5000,
    });
    expect(daemonPid("tree", folder)).toBe(pid);
    expect(environmentOf(pid)["MARK"]).toBe("tree");
    expect(withDescendants([pid])).toContain(child);
    await stopDaemon("tree", folder);
    expect(daemonPid("tree", folder)).toBeUndefined();
    expect(processStat(child)).toBeUndefined();
  });

  test("stop insists when asking does not help", async () => {
    const pid = await startDaemon(
      spec("deaf", "trap '' TERM; echo; while :; do sleep 1; done"),
      folder,
    );
    const log = join(folder, "deaf.log");
    await waitUntil("trap", () => readFileSync(log, "utf8") || undefined, { deadline: 5000 });
    await stopDaemon("deaf", folder, 100);
    expect(processStat(pid)).toBeUndefined();
  });

  test("a recycled pid is neither taken for the daemon nor killed", async () => {
    const other = spawn("sleep", ["60"], { stdio: "ignore" });
    await once(other, "spawn");
    const pid = other.pid as number;
    writeFileSync(join(folder, "old.json"), JSON.stringify({ pid, startTime: "1" }));
    expect(daemonPid("old", folder)).toBeUndefined();
    await stopDaemon("old", folder);
    expect(processStat(pid)).toBeDefined();
    other.kill("SIGKILL");
    await once(other, "exit");
  });
});
