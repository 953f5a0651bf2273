import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalConfig } from "./config.ts";
import { processStat } from "./process/proc.ts";
import { waitUntil } from "./wait-until.ts";

/**
 * Runs `work` while no other process brings this checkout's local cloud up or down. A lock whose
 * owner has died is taken over.
 * @throws Error when another process holds it for longer than ten minutes
 */
export async function withLock<T>(config: LocalConfig, work: () => Promise<T>): Promise<T> {
  mkdirSync(config.home, { recursive: true });
  const file = join(config.home, "lock");
  const mine = join(config.home, `lock.${process.pid}`);
  const owner = `${process.pid} ${processStat(process.pid)?.startTime}`;
  writeFileSync(mine, owner);
  try {
    await waitUntil(`another local:up or local:down (see ${file})`, () => take(mine, file), {
      deadline: 600_000,
    });
  } finally {
    rmSync(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(mine: string, file: string): true | undefined {
  try {
    // A hard link either makes the name, with its content, or fails: no half-written lock.
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const [pid, startTime] = readOwner(file);
  if (startTime !== undefined && processStat(Number(pid))?.startTime !== startTime) {
    rmSync(file, { force: true });
  }
  return undefined;
}

function readOwner(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split(" ");
  } catch {
    return [];
  }
}
