import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalConfig } from "../config.ts";
import { runTool } from "../process/run-tool.ts";
import { daemonService, type Service } from "../service.ts";

/** The socket on which munged proves to Slurm who is calling. */
export function mungeSocket(config: LocalConfig): string {
  return join(config.slurm, "munge", "socket");
}

/** Slurm's authentication daemon, with a key and a socket of its own. */
export function munge(config: LocalConfig): Service {
  const keyDir = join(config.slurm, "munge-key");
  const key = join(keyDir, "key");
  const dir = join(config.slurm, "munge");
  const socket = mungeSocket(config);
  return daemonService({
    spec: {
      name: "munged",
      command: "munged",
      args: [
        "--foreground",
        // It dislikes folders above its own that others may write to, such as /tmp.
        "--force",
        `--key-file=${key}`,
        `--socket=${socket}`,
        `--pid-file=${join(dir, "pid")}`,
        `--log-file=${join(dir, "log")}`,
        `--seed-file=${join(keyDir, "seed")}`,
        "--num-threads=2",
      ],
      env: config.baseEnv,
      cwd: config.slurm,
      log: join(config.log, "munged.log"),
    },
    runDir: config.run,
    deadline: 10_000,
    prepare() {
      // Modes are munged's demands: the key for its user alone, the socket's folder open to clients.
      mkdirSync(keyDir, { recursive: true, mode: 0o700 });
      mkdirSync(dir, { recursive: true });
      chmodSync(dir, 0o755);
      if (!existsSync(key)) writeFileSync(key, randomBytes(1024), { mode: 0o400 });
    },
    async ready() {
      const args = [`--socket=${socket}`, "--no-input", "--output=/dev/null"];
      return (await runTool("munge", args, config.baseEnv)).code === 0 || undefined;
    },
  });
}
