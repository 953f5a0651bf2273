import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "./command.ts";
import type { RenderedStep } from "./document.ts";
import type { SsmRule } from "./faults.ts";

/** How many commands an SSM agent runs at a time by default. */
const WORKERS = 5;

/** What GetCommandInvocation keeps of the output, in characters. */
const STDOUT_LIMIT = 24_000;
const STDERR_LIMIT = 8_000;

export interface RunnerOptions {
  /** Where scripts are written while they run. */
  readonly tmp: string;
  /** The environment scripts start with. */
  readonly env: Readonly<Record<string, string>>;
  /** Called after each change of a command's status. */
  readonly changed: (command: Command) => void;
  /** Whether commands of this rule still wait for the Head Node to come back. */
  readonly isHeld?: (rule: SsmRule) => boolean;
}

/** Runs commands as the SSM agent does: five at a time, in order of arrival. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #waiting: Command[] = [];
  #running = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Queues a command; its fields and `changed` tell how it goes. */
  submit(command: Command): void {
    if (command.instanceId === undefined) {
      this.#end(command, "Success", "NoInstancesInTag");
      return;
    }
    void this.#deliver(command);
  }

  /** Brings a command to the instance, unless a fault is in the way. */
  async #deliver(command: Command): Promise<void> {
    const { rule } = command;
    switch (rule?.fault) {
      case "lost":
        return;
      case "fail":
      case "fail-silently":
        return this.#end(command, "Failed", "Failed");
      case "undeliverable":
        return this.#end(command, "Failed", "Undeliverable");
      case "time-out":
        await sleep(rule.delayMs ?? 0);
        return this.#end(command, "TimedOut", "DeliveryTimedOut");
      case "late":
        await sleep(rule.delayMs ?? 0);
        break;
      case "hold":
        await this.#held(rule, command.expiresAt);
        break;
      default:
    }
    this.#waiting.push(command);
    this.#next();
  }

  async #held(rule: SsmRule, until: number): Promise<void> {
    const isHeld = () => this.#options.isHeld?.(rule) === true && Date.now() <= until;
    while (isHeld()) await sleep(200);
  }

  #next(): void {
    if (this.#running >= WORKERS) return;
    const command = this.#waiting.shift();
    if (command === undefined) return;
    if (Date.now() > command.expiresAt) {
      this.#end(command, "TimedOut", "DeliveryTimedOut");
      this.#next();
      return;
    }
    this.#running++;
    void this.#run(command)
      .catch((error: unknown) => {
        command.stderr = String(error);
        this.#end(command, "Failed", "Failed");
      })
      .finally(() => {
        this.#running--;
        this.#next();
      });
  }

  async #run(command: Command): Promise<void> {
    command.startedAt = Date.now();
    this.#change(command, "InProgress", "InProgress");
    const { steps, rule } = command;
    for (const [index, step] of (rule?.fault === "twice"
      ? [...steps, ...steps]
      : steps
    ).entries()) {
      // Where the SSM agent puts it, below /var/lib/amazon/ssm/<instance>/document.
      const folder = join(this.#options.tmp, `ssm-${command.commandId}`);
      const script = join(folder, "orchestration", command.commandId, String(index), "_script.sh");
      await mkdir(dirname(script), { recursive: true });
      await writeFile(script, step.script, { mode: 0o700 });
      const ended = await runStep(script, step, this.#options.env);
      await rm(folder, { recursive: true, force: true });
      command.stdout = (command.stdout + ended.stdout).slice(0, STDOUT_LIMIT);
      command.stderr = (command.stderr + ended.stderr).slice(0, STDERR_LIMIT);
      command.exitCode = ended.code;
      if (ended.timedOut) return this.#end(command, "TimedOut", "ExecutionTimedOut");
      if (ended.code !== 0) return this.#end(command, "Failed", "Failed");
    }
    this.#end(command, "Success", "Success");
  }

  #end(command: Command, status: Command["status"], details: string): void {
    command.endedAt = Date.now();
    this.#change(command, status, details);
  }

  #change(command: Command, status: Command["status"], details: string): void {
    command.status = status;
    command.statusDetails = details;
    this.#options.changed(command);
  }
}

interface StepEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

function runStep(
  script: string,
  step: RenderedStep,
  env: Readonly<Record<string, string>>,
): Promise<StepEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", [script], {
      cwd: step.workingDirectory ?? "/",
      env: { ...env, ...step.env },
      // Its own process group, so that a timeout ends what the script has started, too.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (stdout.length < STDOUT_LIMIT) stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (stderr.length < STDERR_LIMIT) stderr += text;
    });
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, step.timeoutSeconds * 1000);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      // What the agent reports for a script that a signal has ended.
      resolve({ code: code ?? 137, stdout, stderr, timedOut });
    });
  });
}
