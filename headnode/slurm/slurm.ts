import { Budget } from "../../bucket/flow/budget.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { shareNext } from "../upkeep/share-next.ts";
import type { SlurmCommand } from "./command.ts";
import { type Current, currentOf } from "./current.ts";
import {
  componentsOf,
  type FoundJob,
  findJob,
  idOfRow,
  type JobOwner,
  jobsFrom,
  ownRows,
} from "./find-job.ts";
import { isUp, minJobAge } from "./health.ts";
import { JOB_FIELDS, taskOfRow } from "./job-rows.ts";
import { isEnded, type SlurmTask } from "./job-state.ts";
import { type NodeReason, nodeReasons } from "./node-reasons.ts";
import { type SubmitResult, sbatch } from "./sbatch.ts";
import { SharedQueue } from "./shared-queue.ts";
import { squeue, unanswered } from "./squeue.ts";

/** The operations on Slurm that the agent needs. */
export interface Slurm {
  /**
   * @param options of the submitter's, checked
   * @throws when Slurm cannot be reached: the job may then be in the queue or not
   */
  submit(owner: JobOwner, options: readonly string[]): Promise<SubmitResult>;
  /** This user's job of this owner, in whatever state; undefined when Slurm knows none. */
  find(owner: JobOwner): Promise<FoundJob | undefined>;
  /**
   * Every task of a job; empty when Slurm knows it no more, or has given its id to another one.
   *
   * @param jobName what it was called when it began, which its output files are named after
   */
  tasks(jobId: string, owner: JobOwner, jobName?: string): Promise<SlurmTask[]>;
  /** Ids of other jobs that were submitted from the owner's folder, as far as Slurm still knows them. */
  jobsFrom(owner: JobOwner, jobId: string): Promise<string[]>;
  /** Those of some job ids that Slurm does not know, or no longer. */
  unknownJobs(ids: readonly string[]): Promise<string[]>;
  /** Slurm's view of this user's jobs that have not ended, by id; of an array, its representative task. */
  activeJobs(): Promise<ReadonlyMap<string, Current>>;
  /** Ids of the tasks of job arrays that are running, by the array's job id. */
  runningTasks(): Promise<Map<string, Set<number>>>;
  /** Why nodes of a partition cannot be used, the newest first. */
  nodeReasons(partition: string): Promise<NodeReason[]>;
  /** How long Slurm shows a job that has ended, in milliseconds. */
  forgetsAfterMs(): Promise<number>;
  /** Cancels a job, if it is this owner's and has not ended. */
  cancel(jobId: string, owner: JobOwner): Promise<void>;
}

/** Calls of sbatch at a time: more would only wait for slurmctld. */
const SBATCH_AT_ONCE = 16;

/** Slurm by its commands. */
export class SlurmCommands implements Slurm {
  readonly #run: SlurmCommand;
  readonly #user: string;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #queue: SharedQueue;
  readonly #sbatches = new Budget(SBATCH_AT_ONCE);
  /** Answers that are the same for all jobs, of which many may ask in a burst. */
  readonly #isUp: () => Promise<boolean>;
  readonly #readMinJobAge: () => Promise<number | undefined>;
  readonly #reasons = new Map<string, () => Promise<NodeReason[]>>();
  #minJobAge: number | undefined;

  /** @param user name or number of the user whose jobs these are */
  constructor(run: SlurmCommand, user: string, sleep: (ms: number) => Promise<void>) {
    this.#run = run;
    this.#user = user;
    this.#sleep = sleep;
    this.#queue = new SharedQueue((jobId) => {
      const jobs = jobId === undefined ? { user } : { jobs: [jobId] };
      return squeue(run, { fields: JOB_FIELDS, ...jobs, states: "all" });
    }, sleep);
    this.#isUp = shareNext(() => isUp(run));
    this.#readMinJobAge = shareNext(() => minJobAge(run).catch(() => undefined));
  }

  async submit(owner: JobOwner, options: readonly string[]): Promise<SubmitResult> {
    // Ours come last: of two, sbatch takes that one, and the command line counts more than the script.
    const own = [`--comment=${owner.comment}`, `--chdir=${owner.workDir}`];
    return sbatch(owner.workDir, [...options, ...own, SCRIPT_FILE], {
      run: this.#run,
      inTurn: (work) => this.#sbatches.spend(1, work),
      find: () => this.find(owner),
      isUp: this.#isUp,
      sleep: this.#sleep,
    });
  }

  async find(owner: JobOwner): Promise<FoundJob | undefined> {
    return findJob(await this.#queue.ask(), owner);
  }

  async jobsFrom(owner: JobOwner, jobId: string): Promise<string[]> {
    return jobsFrom(await this.#queue.ask(), owner, jobId);
  }

  async tasks(jobId: string, owner: JobOwner, jobName?: string): Promise<SlurmTask[]> {
    const own = ownRows(await this.#queue.ask(jobId), jobId, owner);
    // Of a heterogeneous job, squeue shows the component alone whose id it is given.
    const isHet = own.some(({ HetJobID }) => HetJobID === jobId);
    const all = isHet ? componentsOf(await this.#queue.ask(), jobId) : own;
    return all.map((row) => taskOfRow(jobName === undefined ? row : { ...row, Name: jobName }));
  }

  async unknownJobs(ids: readonly string[]): Promise<string[]> {
    const fields = ["JobID", "ArrayJobID", "HetJobID"] as const;
    const rows = await squeue(this.#run, { fields, jobs: ids, states: "all" });
    const known = new Set(rows.flatMap((row) => [row.JobID, row.ArrayJobID, row.HetJobID]));
    return ids.filter((id) => !known.has(id));
  }

  async activeJobs(): Promise<ReadonlyMap<string, Current>> {
    const jobs = new Map<string, Current[]>();
    for (const row of await this.#queue.ask()) {
      if (isEnded({ state: row.State })) continue;
      const current = { state: row.State, reason: row.Reason };
      jobs.set(idOfRow(row), [...(jobs.get(idOfRow(row)) ?? []), current]);
    }
    return new Map(
      [...jobs].flatMap(([jobId, all]) => {
        const one = currentOf(all);
        return one ? [[jobId, one] as const] : [];
      }),
    );
  }

  async runningTasks(): Promise<Map<string, Set<number>>> {
    const running = new Map<string, Set<number>>();
    const rows = await squeue(this.#run, {
      fields: ["ArrayJobID", "ArrayTaskID"],
      user: this.#user,
      states: "running,completing",
    });
    for (const { ArrayJobID, ArrayTaskID } of rows) {
      // Jobs that are no arrays have N/A.
      if (!/^\d+$/.test(ArrayTaskID)) continue;
      const tasks = running.get(ArrayJobID) ?? new Set();
      running.set(ArrayJobID, tasks.add(Number(ArrayTaskID)));
    }
    return running;
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
    if ((await this.tasks(jobId, owner)).every(isEnded)) return;
    const done = await this.#run("scancel", [jobId]);
    if (done.code === 0) return;
    // Why it failed is told in words; whether there is something left to cancel, Slurm knows.
    if (!(await this.tasks(jobId, owner)).every(isEnded)) throw unanswered("scancel", done);
  }
}
