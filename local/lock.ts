import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import type { LocalConfig } from "./config.ts";
import { waitUntil } from "./wait-until.ts";

/**
 * Runs `work` while no other process brings this checkout's local cloud up or down.
 * @throws Error when another one takes longer than ten minutes
 */
export async function withLock<T>(config: LocalConfig, work: () => Promise<T>): Promise<T> {
  const hash = createHash("sha256").update(config.checkout).digest("hex").slice(0, 32);
  // A socket name in Linux's abstract namespace (unix(7)): one owner at a time, no file, and the
  // kernel takes it back when the owner dies, however it dies.
  const name = `\0cloud-submit-local-${hash}`;
  const lock = await waitUntil(
    "another local:up or local:down of this checkout",
    () => take(name),
    {
      deadline: 600_000,
    },
  );
  try {
    return await work();
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}

function take(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen({ path: name }, () => resolve(server));
  });
}
