import { readdirSync, readFileSync } from "node:fs";

/** One line of /proc/<pid>/stat, as far as it is needed here (proc(5)). */
export interface ProcessStat {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  /** Clock ticks from boot to start: with the pid, it names one process for good. */
  readonly startTime: string;
}

/** The process's state, or undefined when there is none or only its exit status is left (a zombie). */
export function processStat(pid: number): ProcessStat | undefined {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name in parentheses may itself hold spaces and parentheses.
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const [state = "", parent = "", , session = ""] = fields;
  if (state === "Z" || state === "X") return undefined;
  return {
    pid,
    state,
    parent: Number(parent),
    session: Number(session),
    startTime: fields[19] ?? "",
  };
}

/** Every live process there is to see. */
export function allProcesses(): ProcessStat[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processStat(Number(name)) ?? []);
}

/** A process's command line, or "" when it may not be read. */
export function commandLine(pid: number): string {
  return readProc(pid, "cmdline").split("\0").join(" ").trim();
}

/** The environment a process was started with, or {} when it may not be read. */
export function environmentOf(pid: number): Record<string, string> {
  const entries = readProc(pid, "environ").split("\0").filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** These processes and everything they have started, as seen now. */
export function withDescendants(pids: readonly number[]): number[] {
  const all = allProcesses();
  const found = new Set(pids);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const each of all) if (found.has(each.parent)) found.add(each.pid);
  }
  return [...found];
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
