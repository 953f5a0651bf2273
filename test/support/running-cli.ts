import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { SeenRequest } from "./s3-server.ts";

/** How a process of the command line ended. */
export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The command line as it is shipped, in processes of its own, at a server of a test. */
export class RunningCli {
  readonly #program: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #cwd: string;

  constructor(program: string, endpoint: string, cwd: string, env: Record<string, string> = {}) {
    this.#program = program;
    this.#cwd = cwd;
    this.#env = {
      PATH: process.env["PATH"] ?? "",
      HOME: cwd,
      LC_ALL: "C.UTF-8",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "s",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      CLOUD_SUBMIT_BUCKET: "b",
      ...env,
    };
  }

  /** Starts it with these words. */
  start(...words: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
    return this.#spawn(process.execPath, [this.#program, ...words]);
  }

  /** The same in a session of its own, which is over with it. */
  startApart(words: readonly string[], env: Record<string, string> = {}) {
    return this.#spawn(process.execPath, [this.#program, ...words], { detached: true, env });
  }

  /** Runs a command that it has shown, as a user pastes it into a shell. */
  paste(command: string): Promise<Ended> {
    const line = `cloud-submit() { "$NODE" "$PROGRAM" "$@"; }\n${command}`;
    return this.#spawn("bash", ["-c", line]).ended;
  }

  #spawn(
    command: string,
    args: readonly string[],
    more: { detached?: boolean; env?: Record<string, string> } = {},
  ) {
    const child = spawn(command, args, {
      cwd: this.#cwd,
      detached: more.detached ?? false,
      env: { ...this.#env, NODE: process.execPath, PROGRAM: this.#program, ...more.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
      ([stdout, stderr, [status]]) => ({ stdout, stderr, status: status as number | null }),
    );
    return { child, ended };
  }
}

/** The command that goes on, as a program that has ended says it: in its last line, or with --json as a field. */
export function resumeOf({ stderr }: Ended): string {
  const last = stderr.trimEnd().split("\n").at(-1) ?? "";
  if (last.startsWith("{")) return (JSON.parse(last) as { resume: string }).resume;
  return (
    /(?:: |sign in, then )(cloud-submit .*?)(?:; to end it: .*)?$/.exec(last)?.[1] ??
    `no command in: ${last}`
  );
}

/** Requests by method and what they are about, such as `PUT job/a` or `PUT job/large 3`, in their order. */
export function requestsOf(seen: readonly SeenRequest[], method: string): string[] {
  return seen
    .filter((one) => one.method === method)
    .map(({ key, query }) => [key, query.get("partNumber")].filter(Boolean).join(" "));
}
