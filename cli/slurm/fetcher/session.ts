import { readFileSync } from "node:fs";

/** Reads a process's line of /proc. @throws where there is no such process, or no /proc */
type ReadStat = (pid: string) => string;

const readStat: ReadStat = (pid) => readFileSync(`/proc/${pid}/stat`, "utf8");

interface Process {
  state: string;
  session: string;
  /** In ticks since the machine was started: of two processes with one number, the other one. */
  startedAt: string;
}

/** A process; undefined: there is none. Source: proc(5), /proc/pid/stat. */
function processOf(pid: string, read: ReadStat): Process | undefined {
  try {
    const text = read(pid);
    // A program's name, between parentheses, may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const { 0: state, 3: session, 19: startedAt } = fields;
    if (state === undefined || session === undefined || startedAt === undefined) return undefined;
    return { state, session, startedAt };
  } catch {
    return undefined;
  }
}

/**
 * The login session that this process is in, by its first process; undefined where that cannot be told, as without /proc, or
 * where the session's first process is gone or is of another container.
 */
export function currentSession(read: ReadStat = readStat): string | undefined {
  const own = processOf("self", read);
  if (!own || own.session === "0") return undefined;
  const leader = processOf(own.session, read);
  return leader && `${own.session}:${leader.startedAt}`;
}

/** Whether the first process of a session, as currentSession names it, is gone. */
export function isSessionOver(session: string, read: ReadStat = readStat): boolean {
  const [pid = "", startedAt] = session.split(":");
  const leader = processOf(pid, read);
  return !leader || leader.startedAt !== startedAt || "ZX".includes(leader.state);
}

/** This process, in a form in which others can tell later whether it is still there. */
export function currentProcess(read: ReadStat = readStat): string {
  return `${process.pid}:${processOf("self", read)?.startedAt ?? ""}`;
}

/** Whether a process of this machine, as currentProcess names it, is gone. */
export function isProcessOver(named: string, read: ReadStat = readStat): boolean {
  if (!named.endsWith(":")) return isSessionOver(named, read);
  try {
    process.kill(Number(named.slice(0, -1)), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
