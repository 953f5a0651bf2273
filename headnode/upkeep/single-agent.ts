import { spawnSync } from "node:child_process";
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { CloudSubmitError } from "../../protocol/error.ts";

/**
 * Makes sure that one agent, and only one, works in a home: two would submit every job twice.
 *
 * Node.js has no flock(2), so flock(1) of util-linux calls it, on a file that this process has opened and lends to
 * it. Such a lock is held for as long as the file is open: until this process ends, however it ends.
 *
 * @param flock the program, on PATH or by its path
 * @returns what releases the lock
 * @throws CloudSubmitError `config` when another agent is running, or the lock cannot be taken
 */
export async function lockHome(home: string, flock = "flock"): Promise<() => void> {
  const path = join(home, "agent.lock");
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const { status, error, stderr } = spawnSync(flock, ["-x", "-n", "3"], {
      stdio: ["ignore", "ignore", "pipe", file],
      encoding: "utf8",
    });
    if (status === 1) {
      // It says who it is only once it has the lock.
      const [holder = ""] = /^\d+$/m.exec(readFileSync(file, "utf8")) ?? [];
      throw new CloudSubmitError("config", `another agent, process ${holder}, works in ${home}`);
    }
    if (status !== 0)
      throw new CloudSubmitError(
        "config",
        `${path} cannot be locked: ${(error?.message ?? stderr).trim()}`,
      );
    sayHolder(file);
    return () => closeSync(file);
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Says who has the lock. It is for people; on a full disk it is left. */
function sayHolder(file: number): void {
  try {
    ftruncateSync(file);
    writeSync(file, `${process.pid}\n`, 0);
  } catch {
    // The lock holds all the same.
  }
}
