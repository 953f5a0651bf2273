import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { JobFiles } from "../../cli/slurm/job-files.ts";
import { RunningCli } from "./running-cli.ts";
import type { S3Server, SeenRequest } from "./s3-server.ts";
import { jobFile } from "./sent-job.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A user's machine on which Slurm's commands run, and the fetcher that they start, as processes of the shipped program. */
export class SlurmProcesses {
  readonly cli: RunningCli;
  /** The user's home, by whose path the processes are known. */
  readonly home: string;
  /** Folder of the front end for the bucket. */
  readonly root: string;
  readonly files: JobFiles;

  constructor(program: string, endpoint: string) {
    this.home = temporaryFolder();
    this.root = join(this.home, ".local", "state", "cloud-submit", "slurm", "b");
    this.files = new JobFiles(join(this.root, "jobs"));
    this.cli = new RunningCli(program, endpoint, this.home);
  }

  /** Writes the file of a job that was closed, and has not ended by what is known here. */
  async send(changes: Parameters<typeof jobFile>[0] = {}): Promise<void> {
    const submittedAt = new Date().toISOString();
    await this.files.write(jobFile({ bucket: "b", isOpen: false, submittedAt, ...changes }));
  }

  /** The process that has the fetcher's lock, as it has written itself. */
  get holder(): number {
    return Number(readFileSync(join(this.root, "fetcher.lock"), "utf8"));
  }

  /** All processes of this user's that are fetchers, by /proc. */
  fetchers(): number[] {
    const read = (pid: string, name: string) => {
      try {
        return readFileSync(`/proc/${pid}/${name}`, "latin1").split("\0");
      } catch {
        // It has ended.
        return [];
      }
    };
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => read(pid, "environ").includes(`HOME=${this.home}`))
      .filter((pid) => read(pid, "cmdline").includes("fetcher"))
      .map(Number);
  }

  /** Has the fetcher look at once. */
  wake(): void {
    const now = new Date();
    utimesSync(join(this.root, "wake"), now, now);
  }

  /** Waits until no process has the lock: the fetcher is gone. */
  async fetcherGone(): Promise<void> {
    const flock = spawn("flock", ["-x", join(this.root, "fetcher.lock"), "true"]);
    await once(flock, "close");
  }
}

/** Requests that a server leaves without an answer, until a test gives it. */
export class Held {
  readonly #waiting: (() => void)[] = [];
  readonly #arrived: SeenRequest[] = [];
  #onArrival: (() => void) | undefined;

  /** @param isHeld which requests; the others are done */
  constructor(server: S3Server, isHeld: (seen: SeenRequest) => boolean) {
    server.intercept = async (seen, response) => {
      if (!isHeld(seen)) return false;
      const answered = new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        // Whoever asked may be killed.
        response.once("close", resolve);
      });
      this.#arrived.push(seen);
      this.#onArrival?.();
      await answered;
      return response.destroyed;
    };
  }

  /** Waits until so many have come in all. */
  async arrived(count = 1): Promise<void> {
    while (this.#arrived.length < count)
      await new Promise<void>((resolve) => {
        this.#onArrival = resolve;
      });
  }

  /** Has all that wait be answered. */
  answer(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}
