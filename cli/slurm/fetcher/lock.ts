import { hash } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
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

/** Longest path of a socket in bytes. Source: unix(7), 108 with a NUL; macOS has 104. */
const SOCKET_PATH_MAX = 103;

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

/** Whoever listens on the socket has the lock. */
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
    if (await answers(path)) return undefined;
    await rm(path, { force: true });
  }
  return undefined;
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
