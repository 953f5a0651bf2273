import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { BenchConfig } from "./config.ts";

/** Requests and traffic at the endpoint since the last reset. */
export interface Counts {
  operations: Record<string, number>;
  statuses: Record<string, number>;
  connections: number;
  mostAtOnce: number;
  bytesReceived: number;
  bytesSent: number;
  /** Of the endpoint itself. */
  cpuSeconds: number;
}

/** An object as the endpoint holds it. */
export interface CheckedObject {
  size: number;
  crc32: number;
}

/** The counting S3 endpoint of the benchmarks, running. */
export class Endpoint {
  readonly ca: string;
  readonly ports: { http: number; https: number };
  readonly #process: ChildProcess;
  readonly #host: string;

  private constructor(
    process: ChildProcess,
    host: string,
    ca: string,
    ports: { http: number; https: number },
  ) {
    this.#process = process;
    this.#host = host;
    this.ca = ca;
    this.ports = ports;
  }

  /**
   * Starts the endpoint that local/setup.mjs has built; it ends with this process.
   *
   * @param options.host address that it listens on
   * @param options.sumsFrom of bodies of so many bytes the sums alone are kept; 0: everything is kept
   */
  static async start(
    { home }: BenchConfig,
    { host = "127.0.0.1", sumsFrom = 0 } = {},
  ): Promise<Endpoint> {
    const bin = join(home, "s3-endpoint");
    const ca = join(home, "ca.pem");
    const args = ["-ca", ca, "-listen", host, "-sums-from", String(sumsFrom)];
    const child = spawn(bin, args, {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    return new Endpoint(child, host, ca, JSON.parse(line) as { http: number; https: number });
  }

  /** Binds all its threads to some cores, as taskset(1) writes them. */
  pin(cores: string): void {
    execFileSync("taskset", ["-a", "-c", "-p", cores, String(this.#process.pid)], {
      stdio: "pipe",
    });
  }

  /** Counts from zero, and answers each request `latencyMs` later from now on. */
  async reset(latencyMs: number): Promise<void> {
    await this.#control("POST", `_reset?latency=${latencyMs}`);
  }

  /** Forgets the objects under a prefix of "bucket/key". */
  async clear(prefix: string): Promise<void> {
    await this.#control("POST", `_clear?prefix=${encodeURIComponent(prefix)}`);
  }

  async counts(): Promise<Counts> {
    return (await (await this.#control("GET", "_counts")).json()) as Counts;
  }

  /** The objects under a prefix of "bucket/key", by name. */
  async objects(prefix: string): Promise<Record<string, CheckedObject>> {
    const answer = await this.#control("GET", `_objects?prefix=${encodeURIComponent(prefix)}`);
    return (await answer.json()) as Record<string, CheckedObject>;
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.stdin?.end();
    await ended;
  }

  async #control(method: string, path: string): Promise<Response> {
    const answer = await fetch(`http://${this.#host}:${this.ports.http}/${path}`, { method });
    if (!answer.ok) throw new Error(`s3-endpoint: ${method} ${path}: ${answer.status}`);
    return answer;
  }
}
