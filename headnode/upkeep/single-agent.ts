import { join } from "node:path";
import { lockFile, sayHolder } from "../../bucket/disk/file-lock.ts";
import { CloudSubmitError } from "../../protocol/error.ts";

/**
 * Makes sure that one agent, and only one, works in a home: two would submit every job twice.
 *
 * @param flock the program, on PATH or by its path
 * @returns what releases the lock
 * @throws CloudSubmitError `config` when another agent is running, or the lock cannot be taken
 */
export async function lockHome(home: string, flock = "flock"): Promise<() => void> {
  const path = join(home, "agent.lock");
  const lock = lockFile(path, flock);
  if (lock.kind === "taken") {
    // It says who it is only once it has the lock.
    const [holder = ""] = /^\d+$/m.exec(lock.holder) ?? [];
    throw new CloudSubmitError("config", `another agent, process ${holder}, works in ${home}`);
  }
  if (lock.kind === "failed")
    throw new CloudSubmitError("config", `${path} cannot be locked: ${lock.why}`);
  sayHolder(lock.file, `${process.pid}\n`);
  return lock.release;
}
