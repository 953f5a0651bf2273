import { readFileSync } from "node:fs";

/** Resource use of a process so far. */
export interface ProcessUse {
  /** User and system. */
  cpuSeconds: number;
  memoryBytes: number;
  peakMemoryBytes: number;
}

/** Clock ticks a second in /proc/<pid>/stat: 100 on every Linux in use (sysconf(_SC_CLK_TCK)). */
const TICKS = 100;

/** Resource use of a process so far, from proc(5). */
export function processUse(pid: number): ProcessUse {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name: string) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status);
    return Number(found?.[1] ?? Number.NaN) * 1024;
  };
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    memoryBytes: bytes("VmRSS"),
    peakMemoryBytes: bytes("VmHWM"),
  };
}

/** How many reads a process has asked the system for so far, from proc(5): a count, whatever the machine. */
export function readCalls(pid: number): number {
  const io = readFileSync(`/proc/${pid}/io`, "utf8");
  return Number(/^syscr: (\d+)$/m.exec(io)?.[1] ?? Number.NaN);
}

/** Seconds that the machine's cores were busy so far, all together, and that they were not. */
export interface MachineUse {
  busySeconds: number;
  idleSeconds: number;
}

/** CPU time of the machine so far, from proc(5). */
export function machineUse(): MachineUse {
  const [first = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0] = first
    .split(/ +/)
    .slice(1)
    .map((ticks) => Number(ticks) / TICKS);
  return { busySeconds: user + nice + system + irq + softIrq, idleSeconds: idle + ioWait };
}

/** Share of the time between two looks in which the cores were busy. */
export function busyShare(before: MachineUse, after: MachineUse): number {
  const busy = after.busySeconds - before.busySeconds;
  return busy / (busy + after.idleSeconds - before.idleSeconds);
}
