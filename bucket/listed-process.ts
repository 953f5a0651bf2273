import { readFileSync } from "node:fs";

/** Reads a process's line of /proc. @throws where there is no such process, or no /proc */
export type ReadStat = (pid: string) => string;

export const readStat: ReadStat = (pid) => readFileSync(`/proc/${pid}/stat`, "utf8");

/** A process as Linux lists it. */
export interface ListedProcess {
  /**
   * Whether it has ended, and its parent has not asked about it: in a container whose first process asks about none, it stays so.
   */
  hasEnded: boolean;
  session: string;
  /** In ticks since the machine was started: of two processes with one number, the other one. */
  startedAt: string;
}

/** A process; undefined: there is none, or no list. Source: proc(5), /proc/pid/stat. */
export function processOf(pid: string, read: ReadStat = readStat): ListedProcess | undefined {
  try {
    const text = read(pid);
    // A program's name, between parentheses, may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const { 0: state, 3: session, 19: startedAt } = fields;
    if (state === undefined || session === undefined || startedAt === undefined) return undefined;
    return { hasEnded: "ZX".includes(state), session, startedAt };
  } catch {
    return undefined;
  }
}
