import { type ChildProcess, fork } from "node:child_process";
import { CloudSubmitError } from "../../protocol/error.ts";
import {
  type CommandOptions,
  type CommandResult,
  type SlurmCommandOptions,
  TIMEOUT_MS,
} from "./command.ts";
import type { FromLauncher, ToLauncher } from "./launch-messages.ts";

export interface LauncherOptions {
  /** The launcher's program, built from launcher-main.ts. */
  program: string;
  settings: SlurmCommandOptions;
  /** Called once, when it takes no commands any more. */
  onEnd: (launcher: Launcher) => void;
}

/** Keeps its memory small: nothing in it lives for long. */
const FLAGS = ["--max-semi-space-size=1"];

/** Beyond a command's own time-out: then it is the launcher that hangs. */
const GRACE_MS = 10_000;

interface Command {
  name: string;
  resolve: (result: CommandResult) => void;
  reject: (error: CloudSubmitError) => void;
  /** Lets go of the signal and the timer. */
  release: () => void;
}

/**
 * A small process that starts Slurm's commands. To start a process, Linux copies the page tables of the one that
 * does it, and that one stands still meanwhile: 5 to 12 ms for an agent in a burst.
 */
export class Launcher {
  readonly #child: ChildProcess;
  readonly #onEnd: (launcher: Launcher) => void;
  readonly #commands = new Map<number, Command>();
  #taken = 0;
  #cpuMs = 0;
  #isReady = false;
  #isOver = false;

  /** Starts it. @throws Error when the system lets no process be made */
  constructor({ program, settings, onEnd }: LauncherOptions) {
    this.#onEnd = onEnd;
    this.#child = fork(program, {
      execArgv: FLAGS,
      // None of the agent's own variables. Commands have theirs from the settings.
      env: {},
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      serialization: "json",
    });
    this.#child.on("message", (message: FromLauncher) => this.#take(message));
    // Not at its exit: results may still be on their way then.
    this.#child.on("disconnect", () => this.#over());
    this.#child.on("error", () => this.#over());
    this.#send({ settings });
  }

  /** Whether it takes commands. */
  get isReady(): boolean {
    return this.#isReady && this.#child.connected;
  }

  /** Whether no command is with it. */
  get isIdle(): boolean {
    return this.#commands.size === 0;
  }

  /** Its pid, how many commands it has had, and its own CPU time when the last one of them ended. */
  get account(): { pid: number | undefined; commands: number; cpuSeconds: number } {
    return { pid: this.#child.pid, commands: this.#taken, cpuSeconds: this.#cpuMs / 1000 };
  }

  /**
   * Has it run a command.
   *
   * @throws CloudSubmitError `slurm` when the launcher is lost: the command may then have done its work, or go on
   */
  run(
    name: string,
    args: readonly string[],
    { signal, ...options }: Omit<CommandOptions, "onStdout">,
  ): Promise<CommandResult> {
    const id = ++this.#taken;
    return new Promise((resolve, reject) => {
      const abort = () => this.#send({ abort: id });
      signal?.addEventListener("abort", abort, { once: true });
      const timer = setTimeout(
        () => this.#child.kill("SIGKILL"),
        (options.timeoutMs ?? TIMEOUT_MS) + GRACE_MS,
      );
      const release = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      this.#commands.set(id, { name, resolve, reject, release });
      this.#send({ id, name, args, options });
    });
  }

  /** Lets it end. */
  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #send(message: ToLauncher): void {
    this.#child.send(message, (error) => {
      if (error) this.#over();
    });
  }

  #take(message: FromLauncher): void {
    if ("ready" in message) {
      this.#isReady = true;
      return;
    }
    this.#cpuMs = message.cpuMs;
    const command = this.#commands.get(message.id);
    if (!command) return;
    this.#commands.delete(message.id);
    command.release();
    if ("error" in message) command.reject(new CloudSubmitError("internal", message.error));
    else {
      const { result } = message;
      command.resolve({ ...result, output: result.output ?? result.stdout });
    }
  }

  /** It is gone, or takes no more: it is not known how far its commands have come. */
  #over(): void {
    // Also those that were given to it after its end.
    for (const { name, reject, release } of this.#commands.values()) {
      release();
      const message = `it is not known whether ${name} has run: the process that started it is gone`;
      reject(new CloudSubmitError("slurm", message));
    }
    this.#commands.clear();
    if (this.#isOver) return;
    this.#isOver = true;
    this.end();
    this.#onEnd(this);
  }
}
