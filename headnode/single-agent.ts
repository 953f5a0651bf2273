import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CloudSubmitError } from "../protocol/error.ts";

/**
 * Makes sure that one agent, and only one, works in a home: two would submit every job twice. The lock
 * names a process by its id and its start time, so a dead agent's lock is known to be dead.
 *
 * @returns what releases the lock
 * @throws CloudSubmitError `config` when another agent is running
 */
export async function lockHome(home: string): Promise<() => Promise<void>> {
  const lock = join(home, "agent.lock");
  const self = await processMark(process.pid);
  const mine = `${lock}.${process.pid}`;
  await writeFile(mine, `${self}\n`);
  try {
    for (;;) {
      try {
        await link(mine, lock);
        return () => rm(lock, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = (await readFile(lock, "utf8").catch(() => "")).trim();
      const pid = Number(holder.split(" ", 1)[0]);
      if (holder !== "" && holder === (await processMark(pid)))
        throw new CloudSubmitError("config", `another agent, process ${pid}, works in ${home}`);
      await rm(lock, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** A process's id and its start time in clock ticks since boot (fields 3 and 22 of proc_pid_stat(5)). */
async function processMark(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, start] = [fields[0], fields[19]];
  // A zombie holds nothing; it waits for its parent to look at it.
  return start === undefined || state === "Z" || state === "X" ? "" : `${pid} ${start}`;
}
