import { processOf, type ReadStat, readStat } from "../../../bucket/listed-process.ts";

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
  return !leader || leader.startedAt !== startedAt || leader.hasEnded;
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
