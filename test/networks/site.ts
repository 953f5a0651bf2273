import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { inCheckout, path, whyNoNetworks, worker } from "./config.ts";

/** A line between a site and the world, each way. */
export interface Line {
  /** Bits a second; 0: as fast as it goes. */
  rate: number;
  /** Seconds. */
  delay: number;
  /** Share of packets that do not arrive, 0 to 1. */
  loss: number;
  /** Nothing arrives. */
  down: boolean;
  /** Bytes: larger packets do not arrive, and nobody is told. */
  most: number;
}

export interface SiteOptions extends Partial<Line> {
  /** Where packets may leave for; by default everywhere. */
  reaches?: "proxy" | "everything";
  /** Versions of IP; by default 4 alone. */
  versions?: readonly (4 | 6)[];
}

/** How a command ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command under way. */
export interface Started {
  output: () => string;
  ended: Promise<Ended>;
}

const PERFECT: Line = { rate: 0, delay: 0, loss: 0, down: false, most: 65_536 };
let sites = 0;

/**
 * A machine of users, with a network of its own: a line leads from there to the world, in which the tests run. Where such
 * networks cannot be made, it is this machine: good for all that is reached by a proxy, as no name of AWS leads anywhere.
 */
export class Site {
  /** Addresses of the world that the site sees: of AWS, of a proxy, and of something else. */
  readonly cloud: string;
  readonly proxy: string;
  readonly filter: string;
  /** IPv6 address of AWS. */
  readonly cloud6: string | undefined;
  readonly #line: ChildProcess | undefined;
  readonly #home = temporaryFolder();

  private constructor(number?: number, line?: ChildProcess) {
    const at = (last: number) => (number === undefined ? "127.0.0.1" : address(number, last));
    [this.cloud, this.proxy, this.filter] = [at(1), at(2), at(3)];
    this.cloud6 = number === undefined ? undefined : address6(number, 1);
    this.#line = line;
  }

  static async open(options: SiteOptions = {}): Promise<Site> {
    const { reaches = "everything", versions = [4], ...line } = options;
    if (whyNoNetworks !== undefined) {
      if (Object.keys(line).length > 0 || versions[0] !== 4) throw new Error(whyNoNetworks);
      return new Site();
    }
    const number = (sites += 1);
    const own = (v4: string, v6: string) => versions.map((version) => (version === 4 ? v4 : v6));
    const settings = {
      ...PERFECT,
      ...line,
      name: `world${worker}-${number}`,
      here: [
        ...[1, 2, 3].map((last) => `${address(number, last)}/24`),
        `${address6(number, 1)}/64`,
      ],
      there: own(`${address(number, 100)}/32`, `${address6(number, 100)}/128`),
      routes: reaches === "proxy" ? [`${address(number, 2)}/32`] : ["default"],
      resolver: reaches === "proxy" ? null : own(address(number, 1), address6(number, 1))[0],
      seed: number,
    };
    const child = spawn(
      "python3",
      [inCheckout("test/networks/line.py"), JSON.stringify(settings)],
      {
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    const ready = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    if (!Buffer.isBuffer(ready[0])) throw new Error("the line cannot be made");
    return new Site(number, child);
  }

  /** Changes the line. */
  set(line: Partial<Line>): void {
    this.#line?.stdin?.write(`${JSON.stringify(line)}\n`);
  }

  /** Starts a command on the site's machine, with nothing in its environment but this. */
  start(command: string, args: string[], env: Record<string, string> = {}): Started {
    const there = this.#line ? ["nsenter", "-m", "-n", "-t", `${this.#line.pid}`] : [];
    const [file = "", ...all] = [...there, command, ...args];
    const cwd = mkdtempSync(join(this.#home, "at-"));
    const child = spawn(file, all, {
      cwd,
      env: { PATH: path, HOME: this.#home, LANG: "C.UTF-8", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const kept = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (kept.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (kept.stderr += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, ...kept }));
    });
    return { output: () => kept.stdout + kept.stderr, ended };
  }

  run(...command: Parameters<Site["start"]>): Promise<Ended> {
    return this.start(...command).ended;
  }

  async close(): Promise<void> {
    if (!this.#line || this.#line.exitCode !== null) return;
    const ended = once(this.#line, "exit");
    this.#line.stdin?.end();
    await ended;
  }
}

const address = (number: number, last: number) => `10.${100 + worker}.${number}.${last}`;
const address6 = (number: number, last: number) => `fd00:${100 + worker}:${number}::${last}`;
