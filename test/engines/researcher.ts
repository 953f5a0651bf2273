import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ENGINES } from "../../local/engines.mjs";
import { localConfig, localEnv } from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** How a command ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command under way. */
export interface Started {
  /** All that it has printed until now. */
  output: () => string;
  /** Ctrl-C, as a terminal does it: the whole group of processes gets the signal. */
  interrupt: () => void;
  ended: Promise<Ended>;
}

/** The tests are tested themselves: with Slurm's own commands, on folders that the cluster sees. */
export const onCluster = process.env["CLOUD_SUBMIT_TEST_ENGINES"] === "slurm";

/** Slurm's commands that are not on the researcher's machine. */
const SLURM = "sbatch squeue scancel sacct scontrol sinfo srun salloc sacctmgr sshare";

/** A folder that every Linux has, and that is hidden behind an empty one: who is not in this namespace does not see what is there. */
const HIDDEN = "/srv";

const PREPARE = `
mount -t tmpfs tmpfs ${HIDDEN} && mkdir ${HIDDEN}/researcher || exit 1
for name in ${SLURM}; do
  file=$(type -P $name) && { mount --bind "$(type -P false)" "$file" || exit 1; }
done
echo ready
exec sleep infinity`;

/**
 * A machine of a researcher that has software in common with the cluster, and no folder: its home is in a namespace of
 * mounts of its own. Slurm's commands are those that cloud-submit has put there. Whatever runs there ends with it.
 */
export class Researcher {
  readonly home: string;
  readonly #holder: ChildProcess | undefined;
  /** Process id, as seen from here, of the first process in the namespaces. */
  readonly #first: number;
  #path: string[] = [];

  private constructor(home: string, holder: ChildProcess | undefined, first: number) {
    this.home = home;
    this.#holder = holder;
    this.#first = first;
  }

  static async open(): Promise<Researcher> {
    if (onCluster) return new Researcher(temporaryFolder(), undefined, 0);
    const own = [
      "--mount",
      "--propagation",
      "private",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
    ];
    const root = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
    const args = ["--pdeathsig", "KILL", "unshare", ...root, ...own, "bash", "-c", PREPARE];
    const holder = spawn("setpriv", args, { stdio: ["ignore", "pipe", "pipe"] });
    // Read to the end: unshare complains of a signal when its child is killed.
    let said = "";
    holder.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ready = await Promise.race([once(holder.stdout, "data"), once(holder, "close")]);
    if (!Buffer.isBuffer(ready[0]))
      throw new Error(`no namespace of mounts can be made here: ${said}`);
    const children = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, "utf8");
    const researcher = new Researcher(join(HIDDEN, "researcher"), holder, Number(children.trim()));
    await researcher.#install();
    return researcher;
  }

  /** Makes the links as users do. */
  async #install(): Promise<void> {
    const links = join(this.home, "slurm");
    const program = join(localConfig.checkout, "dist", "cloud-submit.cjs");
    const { code, stderr } = await this.run(process.execPath, [program, "slurm", "install", links]);
    if (code !== 0) throw new Error(stderr);
    this.#path = [links];
    // AiiDA calls a login shell, which begins with the system's PATH: users put the line of docs/engines.md here.
    await this.put({ ".profile": `PATH=${this.#environment()["PATH"]}\n` });
  }

  /** Starts a command, in a group of processes of its own, with nothing in its environment but what a user has there. */
  start(
    command: string,
    args: string[],
    cwd = this.home,
    env: Record<string, string> = {},
  ): Started {
    const inside = onCluster ? [] : this.#enter(cwd);
    const [file = "", ...all] = [...inside, command, ...args];
    const child = spawn(file, all, {
      cwd: onCluster ? cwd : "/",
      env: { ...this.#environment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    return watched(child);
  }

  run(...command: Parameters<Researcher["start"]>): Promise<Ended> {
    return this.start(...command).ended;
  }

  /** Runs a Python program of test/engines/tools, which is in the folder as well. */
  async python(tool: string, folder: string, ...args: string[]): Promise<Ended> {
    return await this.run("python", [join(import.meta.dirname, "tools", tool), ...args], folder);
  }

  /** Writes files, given by their paths below the home. */
  async put(files: Record<string, string>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.home, path);
      const script = 'mkdir -p "$(dirname "$1")" && printf %s "$2" > "$1"';
      const { code, stderr } = await this.run("sh", ["-c", script, "sh", file, text]);
      if (code !== 0) throw new Error(stderr);
    }
  }

  /** The text of a file below the home; undefined when it is not there. */
  async read(path: string): Promise<string | undefined> {
    const { code, stdout } = await this.run("cat", [join(this.home, path)]);
    return code === 0 ? stdout : undefined;
  }

  /** Ends everything that still runs there. */
  async close(): Promise<void> {
    if (!this.#holder || this.#holder.exitCode !== null) return;
    const ended = once(this.#holder, "exit");
    process.kill(this.#first, "SIGKILL");
    await ended;
  }

  #enter(cwd: string): string[] {
    const user = process.getuid?.() === 0 ? [] : ["-U", "--preserve-credentials"];
    return ["nsenter", ...user, "-m", "-p", "-t", `${this.#first}`, "env", "-C", cwd];
  }

  #environment(): Record<string, string> {
    const { AWS_ENDPOINT_URL = "", BUCKET = "", AWS_REGION = "" } = localEnv;
    const system = ["/usr/local/bin", "/usr/bin", "/bin"];
    const path = [...this.#path, join(ENGINES, "bin"), dirname(process.execPath), ...system];
    const user = process.getuid?.() === 0 ? "root" : (process.env["USER"] ?? "");
    const own = { PATH: path.join(delimiter), HOME: this.home, USER: user, LANG: "C.UTF-8" };
    if (onCluster) return { ...own, SLURM_CONF: localConfig.slurmConf };
    return {
      ...own,
      AWS_ENDPOINT_URL,
      AWS_REGION,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      CLOUD_SUBMIT_BUCKET: BUCKET,
    };
  }
}

function watched(child: ChildProcess): Started {
  const kept = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (kept.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (kept.stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...kept }));
  });
  return {
    output: () => kept.stdout + kept.stderr,
    interrupt: () => process.kill(-(child.pid ?? 0), "SIGINT"),
    ended,
  };
}

/** Whether the cluster sees a path. */
export function clusterSees(path: string): boolean {
  return existsSync(path);
}
