import type { Part } from "../../headnode/slurm/cancel-part.ts";
import { type Current, currentOf } from "../../headnode/slurm/current.ts";
import type { FoundArray, FoundJob, JobOwner } from "../../headnode/slurm/find-job.ts";
import { isEnded, type SlurmTask } from "../../headnode/slurm/job-state.ts";
import type { NodeReason } from "../../headnode/slurm/node-reasons.ts";
import type { SubmitResult } from "../../headnode/slurm/sbatch.ts";
import type { JobLook, JobsLook, SbatchCall, Slurm } from "../../headnode/slurm/slurm.ts";

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

  /** Holds and arguments of the jobs that were accepted, in order. */
  readonly calls: Partial<SbatchCall>[] = [];
  readonly released: string[] = [];
  /** Words of scontrol when it refuses to release. */
  notReleased: string | undefined;

  async submit(
    { comment }: JobOwner,
    options: readonly string[],
    { begin, ...call }: Partial<SbatchCall> = {},
  ): Promise<SubmitResult> {
    await begin?.();
    this.onSubmit("before");
    if (this.refuse !== undefined) return { accepted: false, output: this.refuse };
    this.submitted.push(comment);
    this.options.push(options);
    this.calls.push(call);
    this.onSubmit("after");
    const jobId = String(this.submitted.length);
    const output = `Submitted batch job ${jobId}\n`;
    return { accepted: true, job: this.#found(jobId), output };
  }

  /** Ids of jobs that Slurm has had, and knows no more. */
  readonly forgotten = new Set<string>();

  /** How many looks in vain until a job that was submitted is seen. */
  hiddenLooks = 0;
  /** Called before each search for a job by its owner. */
  onLook: () => void = () => undefined;
  /** The tasks of the arrays, as a search shows them. */
  readonly arrays = new Map<string, FoundArray>();

  async find({ comment }: JobOwner): Promise<FoundJob | undefined> {
    this.onLook();
    if (this.submitted.includes(comment) && this.hiddenLooks-- > 0) return undefined;
    const at = this.submitted.indexOf(comment);
    return at < 0 || this.forgotten.has(String(at + 1)) ? undefined : this.#found(String(at + 1));
  }

  #found(jobId: string): FoundJob {
    const array = this.arrays.get(jobId);
    return { jobId, name: "job-aws-run.sh", ...(array && { array }) };
  }

  /** The tasks that a look shows. */
  async tasks(jobId: string): Promise<SlurmTask[]> {
    return this.#tasksOf(jobId);
  }

  /** Jobs that a job has submitted, by its id. */
  readonly ownJobs = new Map<string, string[]>();

  async look(jobId: string): Promise<JobLook> {
    return { tasks: await this.tasks(jobId), otherJobs: this.ownJobs.get(jobId) ?? [] };
  }

  /** Ids of jobs that Slurm knows besides. */
  readonly known = new Set<string>();

  async unknownJobs(ids: readonly string[]): Promise<string[]> {
    return ids.filter((id) => !this.known.has(id));
  }

  /** Not `tasks`, which a test replaces to see when a job is looked at. */
  #tasksOf(jobId: string): SlurmTask[] {
    if (this.forgotten.has(jobId)) return [];
    const isHeld = this.calls[Number(jobId) - 1]?.keepBack && !this.released.includes(jobId);
    const held = { ...task("PENDING"), reason: "JobHeldUser" };
    return this.ends.get(jobId) ?? [isHeld ? held : task("RUNNING")];
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

  /** Looks at all jobs. */
  looks = 0;

  async jobs(): Promise<JobsLook> {
    this.looks += 1;
    return {
      tasks: (jobId) => this.#tasksOf(jobId),
      details: (jobId) =>
        this.#tasksOf(jobId).length === 0
          ? undefined
          : { name: `job ${jobId}`, user: "u", cpus: 2 },
    };
  }

  /** Why nodes are down. */
  reasons: NodeReason[] = [];

  async nodeReasons(): Promise<NodeReason[]> {
    return this.reasons;
  }

  async forgetsAfterMs(): Promise<number> {
    return 300_000;
  }

  async cancel(jobId: string): Promise<void> {
    this.cancelled.push(jobId);
  }

  /** Folders of output files, by job id. */
  readonly outputFolders = new Map<string, string[]>();

  async release(
    jobId: string,
    _owner: JobOwner,
    prepare?: (folders: ReadonlySet<string>) => Promise<void>,
  ): Promise<string | undefined> {
    await prepare?.(new Set(this.outputFolders.get(jobId)));
    if (this.notReleased !== undefined) return this.notReleased;
    this.released.push(jobId);
    return undefined;
  }

  /** Parts of jobs that were cancelled, or had a signal sent. */
  readonly parts: (Part & { jobId: string })[] = [];
  /** Words that Slurm says instead of doing it. */
  refusePart: string | undefined;

  async cancelPart(jobId: string, _owner: JobOwner, part: Part): Promise<string | undefined> {
    if (this.refusePart !== undefined) return this.refusePart;
    this.parts.push({ jobId, ...part });
    return undefined;
  }
}

/** One task as squeue shows it. */
export function task(state: string, exitCode = 0): SlurmTask {
  return { id: "1", state, reason: "None", exitCode, signal: 0, restarts: 0, count: 1 };
}

/** Tasks of an array, or several that wait together. */
export function arrayTask(ids: string, state: string, exitCode = 0): SlurmTask {
  return { ...task(state, exitCode), id: `9${ids.replaceAll(/\D/g, "")}`, arrayTask: ids };
}
