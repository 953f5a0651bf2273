import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import getPort from "get-port";
import { waitUntil } from "../../local/wait-until.ts";
import { checkout } from "./stack-template.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** An emulated AWS of a test's own, on a free port of 127.0.0.1. */
export interface EmulatedAws {
  /** Environment that points AWS's tools at it. */
  env: Record<string, string>;
  /** The JSON that the AWS command line prints; `command` is words with spaces between. */
  aws(command: string): unknown;
  stop(): Promise<void>;
}

const READY_MS = 60_000;

/** Starts moto's server, another emulator than the one of the local cloud. */
export function startMoto(): Promise<EmulatedAws> {
  return start("/moto-api/", (port) => ({
    command: "bin/moto_server",
    args: ["-H", "127.0.0.1", "-p", String(port)],
    env: {},
  }));
}

/** Starts MiniStack, apart from the one of the local cloud, which may be in use. */
export function startMiniStack(): Promise<EmulatedAws> {
  const folder = temporaryFolder();
  // Functions are unpacked below TMPDIR.
  writeFileSync(join(folder, "package.json"), '{"type":"commonjs"}\n');
  return start("/_ministack/health", (port) => ({
    command: "bin/python",
    args: ["-m", "ministack"],
    env: {
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: "127.0.0.1",
      MINISTACK_REGION: "us-east-1",
      TMPDIR: folder,
      STATE_DIR: join(folder, "state"),
      S3_DATA_DIR: join(folder, "s3"),
    },
  }));
}

interface Program {
  command: string;
  args: string[];
  env: Record<string, string>;
}

async function start(health: string, program: (port: number) => Program): Promise<EmulatedAws> {
  const port = await getPort({ host: "127.0.0.1" });
  const { command, args, env: own } = program(port);
  // eslint-disable-next-line node/no-process-env
  const inherited = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
  const venv = join(checkout, ".local/venv");
  const server = spawn(join(venv, command), args, {
    env: { ...inherited, ...own },
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(server, `${url}${health}`);
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  return {
    env,
    aws: (command: string): unknown => {
      const done = spawnSync(join(venv, "bin/aws"), [...command.split(" "), "--output", "json"], {
        env: { ...inherited, ...env },
        encoding: "utf8",
      });
      if (done.status !== 0) throw new Error(`aws ${command}: ${done.stderr}`);
      return done.stdout.trim() === "" ? {} : JSON.parse(done.stdout);
    },
    stop: async () => {
      if (server.exitCode !== null) return;
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
    },
  };
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  await waitUntil(
    `${url} answers`,
    () =>
      fetch(url).then(
        ({ ok }) => ok || undefined,
        () => undefined,
      ),
    {
      deadline: READY_MS,
      failed: () =>
        server.exitCode === null ? undefined : `it ended with exit code ${server.exitCode}`,
    },
  );
}
