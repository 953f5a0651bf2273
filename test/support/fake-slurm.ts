import { type Current, currentOf } from "../../headnode/slurm/current.ts";
import { isEnded, type SlurmTask } from "../../headnode/slurm/job-state.ts";
import type { Slurm, SubmitResult } from "../../headnode/slurm/slurm.ts";

/** A Slurm that a test tells what becomes of the jobs. */
export class FakeSlurm implements Slurm {
  /** Comments of the jobs that were accepted, in order; a job's id is its place plus 1. */
  readonly submitted: string[] = [];
  readonly cancelled: string[] = [];
  readonly ends = new Map<string, SlurmTask[]>();
  refuse: string | undefined;
  /** Called before each sbatch, or after it with its job in the queue; a test makes it throw. */
  onSubmit: (when: "before" | "after") => void = () => undefined;

  /** Options of the jobs that were accepted, in order. */
  readonly options: (readonly string[])[] = [];

  async submit(
    _workDir: string,
    comment: string,
    options: readonly string[],
  ): Promise<SubmitResult> {
    this.onSubmit("before");
    if (this.refuse !== undefined) return { accepted: false, output: this.refuse };
    this.submitted.push(comment);
    this.options.push(options);
    this.onSubmit("after");
    const jobId = String(this.submitted.length);
    return { accepted: true, jobId, output: `Submitted batch job ${jobId}\n` };
  }

  /** How many looks in vain until a job that was submitted is seen. */
  hiddenLooks = 0;
  /** Called before each search for a job by its comment. */
  onLook: () => void = () => undefined;

  async findByComment(comment: string): Promise<string | undefined> {
    this.onLook();
    if (this.submitted.includes(comment) && this.hiddenLooks-- > 0) return undefined;
    const at = this.submitted.indexOf(comment);
    return at < 0 ? undefined : String(at + 1);
  }

  async tasks(jobId: string): Promise<SlurmTask[]> {
    return this.#tasksOf(jobId);
  }

  /** Not `tasks`, which a test replaces to see when a job is looked at. */
  #tasksOf(jobId: string): SlurmTask[] {
    return this.ends.get(jobId) ?? [task("RUNNING")];
  }

  async activeJobs(): Promise<Map<string, Current>> {
    const ids = this.submitted.map((_comment, index) => String(index + 1));
    const active = new Map<string, Current>();
    for (const id of ids) {
      const current = currentOf(this.#tasksOf(id).filter((one) => !isEnded(one)));
      if (current) active.set(id, current);
    }
    return active;
  }

  async runningTasks(): Promise<Map<string, Set<number>>> {
    const running = new Map<string, Set<number>>();
    for (const [jobId, tasks] of this.ends)
      for (const { state, arrayTask } of tasks)
        if (state === "RUNNING" && arrayTask !== undefined)
          running.set(jobId, (running.get(jobId) ?? new Set()).add(Number(arrayTask)));
    return running;
  }

  async cancel(jobId: string): Promise<void> {
    this.cancelled.push(jobId);
  }
}

/** One task as scontrol shows it. */
export function task(state: string, exitCode = 0): SlurmTask {
  return { id: "1", state, reason: "None", exitCode, signal: 0, restarts: 0, count: 1 };
}
