import { setTimeout as sleep } from "node:timers/promises";
import { failureLine } from "./agent-output.ts";
import { agentRefusal } from "./agent-patterns.ts";
import type { Command } from "./command.ts";
import type { CpuLoad } from "./cpu-load.ts";
import { EXIT_REBOOT, exitStatus } from "./exit-status.ts";
import type { StepEnd } from "./run-script.ts";
import { runStep, type StepPlace } from "./run-step.ts";

/** Commands that an SSM agent runs at a time, and that wait in it, by default; it refuses further ones. */
const WORKERS = 5;
const BUFFER = 5;

/** An SSM agent's replies to the service on a command. */
export interface Replies {
  started: (command: Command) => void;
  /** `end` is undefined when nothing ran. */
  ended: (command: Command, end: StepEnd | undefined) => void;
}

export interface SsmAgentOptions extends Pick<StepPlace, "folder" | "env"> {
  readonly cpu: Pick<CpuLoad, "burn">;
  /** Milliseconds that the machine is away when a script asks for a restart. */
  readonly rebootMs: number;
  readonly replies: Replies;
  /** Writes to the agent's own log only. */
  readonly log: (line: string) => void;
}

/** An SSM agent's answer to a command that it is handed. */
export type Taken = "taken" | "buffer-full" | "duplicate";

/** An SSM agent: five commands at a time, five that wait, and each command id once. */
export class SsmAgent {
  readonly #options: SsmAgentOptions;
  readonly #waiting: Command[] = [];
  readonly #seen = new Set<string>();
  readonly #running = new Map<string, AbortController>();

  constructor(options: SsmAgentOptions) {
    this.#options = options;
  }

  /** Hands it a command. */
  offer(command: Command): Taken {
    if (this.#seen.has(command.commandId)) return "duplicate";
    if (this.#running.size >= WORKERS && this.#waiting.length >= BUFFER) return "buffer-full";
    this.#seen.add(command.commandId);
    this.#waiting.push(command);
    this.#next();
    return "taken";
  }

  /** Ends a command that runs, by SIGKILL to its process group. */
  cancel(commandId: string): void {
    this.#running.get(commandId)?.abort();
  }

  /** As after a crash before it has noted anything: the same command id would run again. */
  forget(commandId: string): void {
    this.#seen.delete(commandId);
  }

  #next(): void {
    if (this.#running.size >= WORKERS) return;
    const command = this.#waiting.shift();
    if (command === undefined) return;
    const cancel = new AbortController();
    this.#running.set(command.commandId, cancel);
    void this.#run(command, cancel.signal)
      .catch((error: unknown) => ({ exitCode: 1, stdout: "", stderr: String(error) }))
      .then((end) => {
        this.#running.delete(command.commandId);
        this.#options.replies.ended(command, end);
        this.#next();
      });
  }

  async #run(command: Command, cancel: AbortSignal): Promise<StepEnd | undefined> {
    const { cpu, log, replies, rebootMs, folder, env } = this.#options;
    await cpu.burn();
    const refusal = agentRefusal(command.document, command.parameters);
    if (refusal !== undefined) {
      log(`${command.commandId}: ${refusal}`);
      return undefined;
    }
    replies.started(command);
    const place = { folder, env, commandId: command.commandId, cancel };
    let [stdout, stderr, exitCode] = ["", "", 0];
    for (const step of command.steps) {
      let end = await runStep(step, place);
      while (end.exitCode === EXIT_REBOOT && !cancel.aborted) {
        await sleep(rebootMs);
        end = await runStep(step, place);
      }
      ({ exitCode } = end);
      stdout += end.stdout;
      stderr += end.stderr;
      if (exitStatus(exitCode).status === "Success") continue;
      stderr += failureLine(exitCode);
      break;
    }
    return { exitCode, stdout, stderr };
  }
}
