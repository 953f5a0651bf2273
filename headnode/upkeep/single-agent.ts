import { createHash } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CloudSubmitError } from "../../protocol/error.ts";

/**
 * Makes sure that one agent, and only one, works in a home: two would submit every job twice. The lock
 * names a process by its id and its start time, so a dead agent's lock is known to be dead.
 *
 * A dead lock is never removed, which could hit that of an agent that was faster: its heir is a file that
 * only one process can make, and that then takes the lock's place.
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
      const holder = await holderOf(lock);
      if (holder && holder === (await processMark(pidOf(holder))))
        throw new CloudSubmitError(
          "config",
          `another agent, process ${pidOf(holder)}, works in ${home}`,
        );
      const place = holder === undefined ? lock : heirOf(lock, holder);
      if (!(await linkTo(mine, place))) continue;
      // While this one looked, another heir may have come to an end: then the lock is no more what it was.
      if ((await holderOf(lock)) === self) {
        if (place !== lock) await rename(place, lock);
        return () => rm(lock, { force: true });
      }
      await rm(place, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Who has the lock, or is the last in the row of its heirs; undefined when there is no lock. */
async function holderOf(lock: string): Promise<string | undefined> {
  let holder = await textOf(lock);
  for (let heir = holder; heir !== undefined; heir = await textOf(heirOf(lock, heir)))
    holder = heir;
  return holder;
}

/** Where the one process that may take over from `holder` says who it is. */
function heirOf(lock: string, holder: string): string {
  return `${lock}.after-${createHash("sha256").update(holder).digest("hex").slice(0, 16)}`;
}

/** @returns false when there is such a file already */
async function linkTo(file: string, path: string): Promise<boolean> {
  try {
    await link(file, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function pidOf(mark: string): number {
  return Number(mark.split(" ", 1)[0]);
}

/** A process's id and its start time in clock ticks since boot (fields 3 and 22 of proc_pid_stat(5)). */
async function processMark(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, start] = [fields[0], fields[19]];
  // A zombie holds nothing; it waits for its parent to look at it.
  return start === undefined || state === "Z" || state === "X" ? "" : `${pid} ${start}`;
}
