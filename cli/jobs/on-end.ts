import { spawn } from "node:child_process";
import { messageOf } from "../../protocol/error.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { localEnvironment } from "../config.ts";
import type { Context } from "../context.ts";

/**
 * Runs the user's own command after the ends of jobs, one after the other. The command is given to the shell as the user
 * wrote it; what is known of the job is in the environment, and in no command. What it prints goes to stderr. Its exit
 * code is told when it is not 0, and changes nothing.
 */
export class OnEnd {
  readonly #context: Context;
  readonly #command: string | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param command undefined: there is none to run */
  constructor(context: Context, command: string | undefined) {
    this.#context = context;
    this.#command = command;
  }

  /** A job has ended. */
  add(record: JobRecord): void {
    const command = this.#command;
    if (command === undefined) return;
    this.#running = this.#running.then(async () => this.#tell(record, await run(command, record)));
  }

  /** Returns when the command has run for all that were added. */
  async done(): Promise<void> {
    await this.#running;
  }

  #tell({ prefix }: JobRecord, how: string | undefined): void {
    if (how === undefined) return;
    this.#context.error(this.#context.say("onEnd.failed", { prefix, how }));
  }
}

/** The job's exit code as a shell tells it: 128 more than its number for a signal; undefined: it has none. */
function ownExitCode(slurm: JobRecord["slurm"]): number | undefined {
  return slurm?.signal ? 128 + slurm.signal : slurm?.exitCode;
}

/** @returns how it ended, when not with 0 */
function run(command: string, record: JobRecord): Promise<string | undefined> {
  const { prefix, outcome, state, slurm } = record;
  const env = {
    ...localEnvironment().env,
    CLOUD_SUBMIT_JOB_PREFIX: prefix,
    CLOUD_SUBMIT_JOB_OUTCOME: outcome ?? "",
    CLOUD_SUBMIT_JOB_STATE: state,
    CLOUD_SUBMIT_JOB_EXIT_CODE: String(ownExitCode(slurm) ?? ""),
    CLOUD_SUBMIT_JOB_SLURM_JOB_ID: slurm?.jobId ?? "",
  };
  return new Promise((resolve) => {
    // Results, JSON among them, go to stdout.
    const child = spawn(command, {
      shell: true,
      env,
      stdio: ["ignore", 2, 2],
      windowsHide: true,
    });
    child.on("error", (error) => resolve(messageOf(error)));
    child.on("close", (code, signal) => resolve(code === 0 ? undefined : (signal ?? String(code))));
  });
}
