import { Budget } from "../../bucket/flow/budget.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { shareNext } from "../upkeep/share-next.ts";
import { cancelArguments, isLeft, type Part, saidOf } from "./cancel-part.ts";
import type { SlurmCommand } from "./command.ts";
import type { Current } from "./current.ts";
import type { FoundJob, JobOwner } from "./find-job.ts";
import { isUp, minJobAge } from "./health.ts";
import { JOB_FIELDS } from "./job-rows.ts";
import { isEnded, type SlurmTask } from "./job-state.ts";
import { JobTable } from "./job-table.ts";
import { type KeepBack, keepBackOption, releaseArguments } from "./kept-back.ts";
import { type NodeReason, nodeReasons } from "./node-reasons.ts";
import { type SubmitResult, sbatch } from "./sbatch.ts";
import { SharedView } from "./shared-view.ts";
import { squeue, unanswered } from "./squeue.ts";

/** A job as one look at Slurm shows it. */
export interface JobLook {
  /** Every task of it; empty when Slurm knows it no more, or has given its id to another one. */
  tasks: SlurmTask[];
  /** When all of it has ended: ids of other jobs that were submitted from its folder, as far as Slurm still knows them. */
  otherJobs: string[];
}

/** The operations on Slurm that the agent needs. */
export interface Slurm {
  /**
   * @param options of the submitter's, checked
   * @throws when Slurm cannot be reached: the job may then be in the queue or not; NotSent when it is not
   */
  submit(
    owner: JobOwner,
    options: readonly string[],
    call?: Partial<SbatchCall>,
  ): Promise<SubmitResult>;
  /** This user's job of this owner, in whatever state; undefined when Slurm knows none. */
  find(owner: JobOwner): Promise<FoundJob | undefined>;
  /**
   * Looks at a job.
   *
   * @param jobName what it was called when it began, which its output files are named after
   */
  look(jobId: string, owner: JobOwner, jobName?: string): Promise<JobLook>;
  /** Those of some job ids that Slurm does not know, or no longer. */
  unknownJobs(ids: readonly string[]): Promise<string[]>;
  /** Slurm's view of this user's jobs that have not ended, by id; of an array, its representative task. */
  activeJobs(): Promise<ReadonlyMap<string, Current>>;
  /** Ids of the tasks of job arrays that are running, by the array's job id. */
  runningTasks(): Promise<Map<string, Set<number>>>;
  /** All jobs of this user, as one look shows them. */
  jobs(): Promise<JobsLook>;
  /** Why nodes of a partition cannot be used, the newest first. */
  nodeReasons(partition: string): Promise<NodeReason[]>;
  /** How long Slurm shows a job that has ended, in milliseconds. */
  forgetsAfterMs(): Promise<number>;
  /** Cancels a job, if it is this owner's and has not ended. */
  cancel(jobId: string, owner: JobOwner): Promise<void>;
  /**
   * Lets a job that is kept back begin, if it is this owner's and waits; any other one stays as it is.
   *
   * @param prepare called before, with the folders of its output files as far as they are known
   * @returns what Slurm said when it refuses, as for a job that an administrator holds
   * @throws when Slurm cannot be reached
   */
  release(jobId: string, owner: JobOwner, prepare?: Prepare): Promise<string | undefined>;
  /**
   * Cancels tasks of a job, or sends a signal to them or to all of it, if it is this owner's and they have not ended.
   *
   * @returns why Slurm did not do it, in its words; undefined: it is done, or there is nothing to do
   */
  cancelPart(jobId: string, owner: JobOwner, part: Part): Promise<string | undefined>;
}

/** Prepares what a job needs, before it may begin. */
type Prepare = (outputFolders: ReadonlySet<string>) => Promise<void>;

/** A call of sbatch, besides its options. */
export interface SbatchCall {
  /** The job waits until it is released; undefined: it does not. */
  keepBack: KeepBack | undefined;
  /** Of the script. */
  arguments: readonly string[];
  /** Called right before sbatch is; sbatch is not called when it throws. */
  begin: () => Promise<void>;
}

/** One look at Slurm, which tells of any job. */
export type JobsLook = Pick<JobTable, "tasks" | "details">;

/** Calls of sbatch at a time: more would only wait for slurmctld. */
export const SBATCH_AT_ONCE = 16;

/** Slurm by its commands. */
export class SlurmCommands implements Slurm {
  readonly #run: SlurmCommand;
  readonly #sleep: (ms: number) => Promise<void>;
  /** Asked by each job in a burst: one squeue answers all. */
  readonly #jobs: SharedView<JobTable>;
  readonly #sbatches = new Budget(SBATCH_AT_ONCE);
  /** Answers that are the same for all jobs, of which many may ask in a burst. */
  readonly #isUp: () => Promise<boolean>;
  readonly #readMinJobAge: () => Promise<number | undefined>;
  readonly #reasons = new Map<string, () => Promise<NodeReason[]>>();
  #minJobAge: number | undefined;

  /** @param user name or number of the user whose jobs these are */
  constructor(run: SlurmCommand, user: string, sleep: (ms: number) => Promise<void>) {
    this.#run = run;
    this.#sleep = sleep;
    this.#jobs = new SharedView(
      async () => new JobTable(await squeue(run, { fields: JOB_FIELDS, user, states: "all" })),
      sleep,
    );
    this.#isUp = shareNext(() => isUp(run));
    this.#readMinJobAge = shareNext(() => minJobAge(run).catch(() => undefined));
  }

  async submit(
    owner: JobOwner,
    options: readonly string[],
    { keepBack, arguments: words = [], begin = async () => undefined }: Partial<SbatchCall> = {},
  ): Promise<SubmitResult> {
    // Ours come last: of two, sbatch takes that one, and the command line counts more than the script.
    const own = [`--comment=${owner.comment}`, `--chdir=${owner.workDir}`];
    if (keepBack) own.push(keepBackOption(keepBack));
    return sbatch(owner.workDir, [...options, ...own, SCRIPT_FILE, ...words], {
      run: this.#run,
      inTurn: (work) => this.#sbatches.spend(1, work),
      begin,
      find: () => this.find(owner),
      isUp: this.#isUp,
      sleep: this.#sleep,
    });
  }

  async find(owner: JobOwner): Promise<FoundJob | undefined> {
    return (await this.#jobs.ask()).find(owner);
  }

  async look(jobId: string, owner: JobOwner, jobName?: string): Promise<JobLook> {
    const jobs = await this.#jobs.ask();
    const tasks = jobs.tasks(jobId, owner, jobName);
    return { tasks, otherJobs: tasks.every(isEnded) ? jobs.jobsFrom(owner, jobId) : [] };
  }

  async unknownJobs(ids: readonly string[]): Promise<string[]> {
    const fields = ["JobID", "ArrayJobID", "HetJobID"] as const;
    const rows = await squeue(this.#run, { fields, jobs: ids, states: "all" });
    const known = new Set(rows.flatMap((row) => [row.JobID, row.ArrayJobID, row.HetJobID]));
    return ids.filter((id) => !known.has(id));
  }

  async activeJobs(): Promise<ReadonlyMap<string, Current>> {
    return (await this.#jobs.ask()).active();
  }

  jobs(): Promise<JobsLook> {
    return this.#jobs.ask();
  }

  async runningTasks(): Promise<Map<string, Set<number>>> {
    return (await this.#jobs.ask()).runningTasks();
  }

  nodeReasons(partition: string): Promise<NodeReason[]> {
    const known = this.#reasons.get(partition);
    const ask = known ?? shareNext(() => nodeReasons(this.#run, partition));
    if (!known) this.#reasons.set(partition, ask);
    return ask();
  }

  async forgetsAfterMs(): Promise<number> {
    // It changes only with Slurm's configuration, and then it is a question of a lost task or two. While Slurm
    // does not tell, nothing is taken for certain.
    this.#minJobAge ??= await this.#readMinJobAge();
    // 0: it never forgets one.
    return this.#minJobAge === 0 ? Number.POSITIVE_INFINITY : (this.#minJobAge ?? 0) * 1000;
  }

  async cancel(jobId: string, owner: JobOwner): Promise<void> {
    // A controller that lost its state counts ids from the start again: the id may be another job's by now.
    if ((await this.look(jobId, owner)).tasks.every(isEnded)) return;
    const done = await this.#run("scancel", [jobId]);
    if (done.code === 0) return;
    // Why it failed is told in words; whether there is something left to cancel, Slurm knows.
    if (!(await this.look(jobId, owner)).tasks.every(isEnded)) throw unanswered("scancel", done);
  }

  async release(jobId: string, owner: JobOwner, prepare?: Prepare): Promise<string | undefined> {
    const waits = ({ state }: SlurmTask) => state === "PENDING";
    const jobs = await this.#jobs.ask();
    const tasks = jobs.tasks(jobId, owner);
    if (!tasks.some(waits)) return undefined;
    await prepare?.(jobs.outputFolders(jobId, owner));
    // Components of a heterogeneous job have ids of their own; tasks of an array go by that of the array.
    const isArray = tasks.some(({ arrayTask }) => arrayTask !== undefined);
    const ids = isArray ? [jobId] : [...new Set(tasks.filter(waits).map(({ id }) => id))];
    const how = tasks.some(({ waitsForDate }) => waitsForDate) ? "date" : "hold";
    const done = await this.#run("scontrol", releaseArguments(how, ids.join(",")));
    if (done.code === 0) return undefined;
    // Why it failed is told in words; whether Slurm can be asked, and has it waiting still, is not.
    const isLeft = (await this.look(jobId, owner)).tasks.some(waits);
    if (!isLeft) return undefined;
    if (done.code === null || !(await this.#isUp())) throw unanswered("scontrol", done);
    return done.output.trim() || `scontrol ended with ${done.code}`;
  }

  async cancelPart(jobId: string, owner: JobOwner, part: Part): Promise<string | undefined> {
    // As for cancel(): the id may be another job's by now.
    if (!isLeft((await this.look(jobId, owner)).tasks, part)) return undefined;
    const done = await this.#run("scancel", cancelArguments(jobId, part));
    if (done.code === 0) return undefined;
    // A Slurm that answers this look has answered scancel, too.
    return isLeft((await this.look(jobId, owner)).tasks, part) ? saidOf(done) : undefined;
  }
}
