import { existsSync, readFileSync } from "node:fs";
import { type ProcessUse, processUse } from "../process.ts";

/** The launcher's program, as in its command line. */
const LAUNCHER = "slurm-launcher.cjs";

/**
 * Resource use of the agent so far. Its CPU time is with that of every launcher of Slurm's commands that it has had:
 * those that have ended are in its log. Slurm's commands themselves are not in it; memory is the agent's own.
 */
export function agentUse(agentPid: number, agentLog: string): ProcessUse {
  const ended = endedLaunchers(agentLog);
  const own = processUse(agentPid);
  const running = launchersOf(agentPid).filter(({ pid }) => !ended.has(pid));
  const seconds = [...ended.values(), ...running.map(({ cpuSeconds }) => cpuSeconds)];
  return { ...own, cpuSeconds: seconds.reduce((sum, each) => sum + each, own.cpuSeconds) };
}

/** CPU seconds by pid of launchers that the agent has told the end of. */
function endedLaunchers(agentLog: string): Map<number, number> {
  const lines = existsSync(agentLog) ? readFileSync(agentLog, "utf8").split("\n") : [];
  return new Map(
    lines
      .filter((line) => line.includes('"message":"launcher '))
      .map((line) => JSON.parse(line) as { pid: number; cpuSeconds: number })
      .map(({ pid, cpuSeconds }) => [pid, cpuSeconds]),
  );
}

/** Launchers that run, from proc(5). */
function launchersOf(agentPid: number): { pid: number; cpuSeconds: number }[] {
  const children = readFileSync(`/proc/${agentPid}/task/${agentPid}/children`, "utf8");
  return children
    .split(" ")
    .filter((pid) => pid !== "")
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(LAUNCHER)) return [];
        return { pid: Number(pid), cpuSeconds: processUse(Number(pid)).cpuSeconds };
      } catch {
        // One of Slurm's commands, which has ended meanwhile.
        return [];
      }
    });
}
