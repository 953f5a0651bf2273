import { readFile } from "node:fs/promises";

/** Bytes of addresses that are left for a thread: V8 reserves 940 MiB for one, and its buffers come besides. */
const THREAD_BYTES = 2 * 1024 ** 3;

/** The system tells here of limits and of the size of this process. */
const SELF = "/proc/self";

/**
 * Whether addresses are left for one more thread. Below a limit (`ulimit -v`) V8 ends the whole process when it does
 * not get what it reserves, which nothing can catch. Systems without /proc have no such limit, or cannot tell: true.
 * Source: proc(5), /proc/pid/limits and /proc/pid/status.
 *
 * @param self folder that tells of this process
 */
export async function hasRoomForThread(self = SELF): Promise<boolean> {
  try {
    const [limits, status] = await Promise.all([
      readFile(`${self}/limits`, "utf8"),
      readFile(`${self}/status`, "utf8"),
    ]);
    const limit = /^Max address space +(\d+) /m.exec(limits)?.[1];
    const used = /^VmSize:\s+(\d+) kB$/m.exec(status)?.[1];
    return !limit || !used || Number(limit) - Number(used) * 1024 >= THREAD_BYTES;
  } catch {
    return true;
  }
}
