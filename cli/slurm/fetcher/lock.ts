import { hash } from "node:crypto";
import { once } from "node:events";
import { rm, stat } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHanded, lockFile, sayHolder } from "../../../bucket/disk/file-lock.ts";
import { lockPath } from "./lock-path.ts";

/** The right to be the one fetcher of a user and a bucket. It is free again when the process ends, however it ends. */
export interface FetcherLock {
  release: () => void;
  /** The open file that holds it, to be handed to the fetcher that is started; undefined: it cannot be handed on. */
  file?: number;
}

/** The descriptor that a fetcher gets the lock by from the one who starts it. */
export const LOCK_DESCRIPTOR = 3;

/** Bytes of a socket's path, so that those of two more, one made of the other, fit. Source: unix(7), 108 with a NUL; macOS has 104. */
const SOCKET_PATH_MAX = 103 - 2 * 9;

/**
 * Takes the lock.
 *
 * @param root folder of the front end for the bucket
 * @param options.mayBeHanded the process was started as a fetcher, and may have it already
 * @param options.flock program that locks a file; where there is none, or it cannot, a socket stands for the lock
 * @returns undefined when another process has it
 */
export async function takeFetcherLock(
  root: string,
  { mayBeHanded = false, flock = "flock" }: { mayBeHanded?: boolean; flock?: string } = {},
): Promise<FetcherLock | undefined> {
  const path = lockPath(root);
  const handed = mayBeHanded && isHanded(path, LOCK_DESCRIPTOR);
  const lock = handed ? lockFile(path, flock, LOCK_DESCRIPTOR) : lockFile(path, flock);
  if (lock.kind === "taken") return undefined;
  if (lock.kind === "failed") return lockBySocket(socketPath(root));
  sayHolder(lock.file, `${process.pid}\n`);
  return lock;
}

function socketPath(root: string): string {
  const path = join(root, "fetcher.sock");
  if (Buffer.byteLength(path) <= SOCKET_PATH_MAX) return path;
  const user = process.getuid?.() ?? "";
  return join(tmpdir(), `cloud-submit-${user}-${hash("sha256", root, "hex").slice(0, 16)}.sock`);
}

/**
 * Whoever listens on the socket has the lock. One that was left behind is removed by whoever has a second socket, whose name is
 * made of what the first one is, and then still finds that: so none removes the one that another has put there meanwhile.
 */
async function lockBySocket(path: string): Promise<FetcherLock | undefined> {
  // Twice: the second time after one that was left behind is out of the way.
  for (const _try of [1, 2]) {
    const server = createServer((socket) => socket.destroy());
    try {
      server.listen(path);
      await once(server, "listening");
      server.unref();
      return { release: () => void server.close() };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
    const seen = await nameOf(path);
    if (seen === undefined) continue;
    if (await answers(path)) return undefined;
    const turn = await lockBySocket(`${path}-${seen}`);
    if (!turn) return undefined;
    const isLeft = seen === (await nameOf(path)) && !(await answers(path));
    if (isLeft) await rm(path, { force: true });
    turn.release();
  }
  return undefined;
}

/** Tells a socket from others that have its path at other times; undefined: there is none. */
async function nameOf(path: string): Promise<string | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats && hash("sha256", `${stats.ino} ${stats.mtimeNs}`, "hex").slice(0, 8);
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
