import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import getPort from "get-port";
import { VERSITYGW } from "../../local/versitygw.mjs";
import { waitUntil } from "../../local/wait-until.ts";
import { selfSigned } from "../support/self-signed.ts";

export const CREDENTIALS = { accessKeyId: "AKIATEST", secretAccessKey: "a secret/with+signs=" };

/** A real S3 server that verifies every signature, with its objects in a folder. */
export class Versitygw {
  readonly port: number;
  /** Certificate of the server; undefined: plain HTTP. */
  readonly ca: string | undefined;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number, ca: string | undefined) {
    this.#process = process;
    this.port = port;
    this.ca = ca;
  }

  /**
   * Starts a server with one bucket, `bucket`.
   *
   * @param more options of its command line
   */
  static async start(folder: string, tls: boolean, more: string[] = []): Promise<Versitygw> {
    mkdirSync(join(folder, "data", "bucket"), { recursive: true });
    mkdirSync(join(folder, "attributes"));
    const port = await getPort({ host: "127.0.0.1" });
    const certificate = tls ? selfSigned(folder) : undefined;
    const child = spawn(
      VERSITYGW,
      [
        "--port",
        `127.0.0.1:${port}`,
        "--quiet",
        "--keep-alive",
        ...more,
        ...(certificate ? ["--cert", certificate.files.cert, "--key", certificate.files.key] : []),
        // Not every file system has extended attributes.
        "posix",
        "--sidecar",
        join(folder, "attributes"),
        join(folder, "data"),
      ],
      {
        env: {
          ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId,
          ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey,
        },
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    const server = new Versitygw(child, port, certificate?.cert);
    await server.#ready();
    return server;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await ended;
  }

  #ready(): Promise<unknown> {
    return waitUntil("versitygw listens", async () => (await accepts(this.port)) || undefined, {
      deadline: 20_000,
      failed: () => (this.#process.exitCode === null ? undefined : "it ended"),
    });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
