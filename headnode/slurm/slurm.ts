import { CloudSubmitError } from "../../protocol/error.ts";
import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { shareNext } from "../share-next.ts";
import type { CommandResult, SlurmCommand } from "./command.ts";
import { type Current, currentOf } from "./current.ts";
import { parseScontrolJobs, type SlurmTask } from "./job-state.ts";

/** What sbatch said. */
export type SubmitResult =
  | { accepted: true; jobId: string; output: string }
  | { accepted: false; output: string };

/** What tells a submission's job from another one of the same id: either is enough. */
export interface JobOwner {
  comment: string;
  workDir: string;
}

/** The few things that are asked of Slurm. */
export interface Slurm {
  /**
   * @param options of the submitter's, checked
   * @throws when Slurm cannot be reached: the job may then be in the queue or not
   */
  submit(workDir: string, comment: string, options: readonly string[]): Promise<SubmitResult>;
  /** The id of this user's job with this comment, in whatever state; undefined when Slurm knows none. */
  findByComment(comment: string): Promise<string | undefined>;
  /** Every task of a job; empty when Slurm knows it no more, or has given its id to another one. */
  tasks(jobId: string, owner: JobOwner): Promise<SlurmTask[]>;
  /** What Slurm says of the jobs of this user that have not ended, by id; of an array, what speaks for it. */
  activeJobs(): Promise<ReadonlyMap<string, Current>>;
  /** Ids of the tasks of job arrays that are running, by the array's job id. */
  runningTasks(): Promise<Map<string, Set<number>>>;
  cancel(jobId: string): Promise<void>;
}

/**
 * What Slurm's commands print when the controller did not answer; anything else is an answer.
 * Source: slurm_strerror and sbatch's own messages, Slurm 22.05 to 24.11.
 */
const NO_ANSWER =
  /Unable to contact slurm controller|Socket timed out|Zero Bytes were transmitted|Transport endpoint|Connection (refused|timed out|reset)|Communication connection failure|controller not responding|Slurm temporarily unable|Resource temporarily unavailable|Munge (encode|decode) failed|authentication|Protocol authentication error|standby mode|DNS|Invalid or expired credential/i;

/** Slurm by its commands. */
export class SlurmCommands implements Slurm {
  readonly #run: SlurmCommand;
  readonly #user: string;
  /** The answer is the same for everybody, and in a burst of jobs each one asks. */
  readonly #allJobs: () => Promise<string[]>;

  /** @param user name or number of the user whose jobs these are */
  constructor(run: SlurmCommand, user: string) {
    this.#run = run;
    this.#user = user;
    // %F: the id of the whole array; %k last, because a comment may hold anything.
    this.#allJobs = shareNext(() => this.#squeue("%F %k", "all"));
  }

  async submit(
    workDir: string,
    comment: string,
    options: readonly string[],
  ): Promise<SubmitResult> {
    // The comment comes last: of two, sbatch takes that one.
    const args = [...options, `--comment=${comment}`, SCRIPT_FILE];
    const done = await this.#run("sbatch", args, { cwd: workDir });
    const jobId = /^Submitted batch job (\d+)/m.exec(done.stdout)?.[1];
    if (jobId !== undefined) return { accepted: true, jobId, output: done.output };
    if (done.code === null || NO_ANSWER.test(done.stderr)) throw unanswered("sbatch", done);
    return { accepted: false, output: done.output };
  }

  async findByComment(comment: string): Promise<string | undefined> {
    const lines = await this.#allJobs();
    const tail = ` ${comment}`;
    return lines.find((line) => line.endsWith(tail) && /^\d+ /.test(line))?.split(" ", 1)[0];
  }

  async tasks(jobId: string, { comment, workDir }: JobOwner): Promise<SlurmTask[]> {
    const done = await this.#run("scontrol", ["--oneliner", "show", "job", jobId]);
    // A controller that lost its state counts ids from the start again; users may change a comment.
    const marks = [` Comment=${comment} `, ` WorkDir=${workDir} `];
    const lines = done.stdout.split("\n").map((line) => `${line.trimEnd()} `);
    const own = lines.filter((line) => marks.some((mark) => line.includes(mark)));
    if (done.code === 0) return parseScontrolJobs(own.join("\n"));
    if (/Invalid job id/i.test(done.stderr + done.stdout)) return [];
    throw unanswered("scontrol", done);
  }

  async activeJobs(): Promise<ReadonlyMap<string, Current>> {
    const lines = new Map<string, Current[]>();
    for (const line of await this.#squeue("%F %T %r")) {
      const [, jobId, state = "", reason = ""] = /^(\d+) (\S+) ?(.*)$/.exec(line) ?? [];
      if (jobId === undefined) continue;
      lines.set(jobId, [...(lines.get(jobId) ?? []), { state, reason }]);
    }
    return new Map(
      [...lines].flatMap(([jobId, all]) => {
        const one = currentOf(all);
        return one ? [[jobId, one] as const] : [];
      }),
    );
  }

  async runningTasks(): Promise<Map<string, Set<number>>> {
    const running = new Map<string, Set<number>>();
    for (const line of await this.#squeue("%F %K", "running,completing")) {
      // Jobs that are no arrays have N/A.
      const [, jobId, task] = /^(\d+) (\d+)$/.exec(line) ?? [];
      if (jobId === undefined) continue;
      const tasks = running.get(jobId) ?? new Set();
      running.set(jobId, tasks.add(Number(task)));
    }
    return running;
  }

  async cancel(jobId: string): Promise<void> {
    const done = await this.#run("scancel", [jobId]);
    // An ended job is as good as a cancelled one.
    if (done.code !== 0 && NO_ANSWER.test(done.stderr)) throw unanswered("scancel", done);
  }

  async #squeue(format: string, states?: string): Promise<string[]> {
    const done = await this.#run("squeue", [
      "--noheader",
      `--user=${this.#user}`,
      ...(states === undefined ? [] : [`--states=${states}`]),
      `--format=${format}`,
    ]);
    if (done.code !== 0) throw unanswered("squeue", done);
    return done.stdout.split("\n").filter((line) => line !== "");
  }
}

function unanswered(command: string, done: CommandResult): CloudSubmitError {
  const said = done.output.trim().replace(/\s*\n\s*/g, " ") || `it ended with ${done.code}`;
  return new CloudSubmitError("slurm", `Slurm did not answer ${command}: ${said}`);
}
