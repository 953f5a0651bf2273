import { SCRIPT_FILE } from "../../protocol/objects.ts";
import { type Current, currentOf } from "./current.ts";
import { type FoundJob, findJob, idOfRow, type JobOwner, jobsFrom, scriptOf } from "./find-job.ts";
import { detailsOfRow, type JobDetails } from "./job-details.ts";
import { type JobRow, taskOfRow } from "./job-rows.ts";
import { isEnded, type SlurmTask } from "./job-state.ts";
import { reasonOfRow } from "./kept-back.ts";
import { outputFoldersOf } from "./output-folders.ts";

/** States in which a task has its nodes. A job that waits again, such as a requeued one, is not among them. */
const RUNNING = new Set(["RUNNING", "COMPLETING", "CONFIGURING"]);

/** All jobs of a user as one call of squeue showed them. A question costs the same, however many there are. */
export class JobTable {
  readonly #rows: readonly JobRow[];
  /** Where rows are, by what identifies a submission's job. */
  readonly #byComment: Map<string, number[]>;
  readonly #byWorkDir: Map<string, number[]>;
  readonly #byCommand: Map<string, number[]>;
  /** By their folders; sorted when it is first needed. */
  #byFolder: JobRow[] | undefined;

  constructor(rows: readonly JobRow[]) {
    this.#rows = rows;
    this.#byComment = index(rows, ({ Comment }) => Comment);
    this.#byWorkDir = index(rows, ({ WorkDir }) => WorkDir);
    this.#byCommand = index(rows, ({ Command }) => scriptOf(Command));
  }

  /** This owner's job, in whatever state. */
  find(owner: JobOwner): FoundJob | undefined {
    return findJob(this.#own(owner), owner);
  }

  /**
   * Every task of a job, as far as it is this owner's.
   *
   * @param jobName what it was called when it began
   * @throws CloudSubmitError `slurm` when a row of it cannot be read
   */
  tasks(jobId: string, owner: JobOwner, jobName?: string): SlurmTask[] {
    return this.#rowsOf(jobId, owner).map((row) =>
      taskOfRow(jobName === undefined ? row : { ...row, Name: jobName }),
    );
  }

  /** Further fields that squeue shows of this owner's job; of an array, of its first row. undefined: it is not shown. */
  details(jobId: string, owner: JobOwner): JobDetails | undefined {
    const [first] = this.#rowsOf(jobId, owner);
    return first && detailsOfRow(first);
  }

  /** The folders of the output files of this owner's job, as far as it waits and they are known. */
  outputFolders(jobId: string, owner: JobOwner): Set<string> {
    const waiting = this.#rowsOf(jobId, owner).filter(({ State }) => State === "PENDING");
    return new Set(waiting.flatMap((row) => [...outputFoldersOf(row)]));
  }

  #rowsOf(jobId: string, owner: JobOwner): JobRow[] {
    const own = this.#own(owner).filter(
      ({ JobID, ArrayJobID }) => JobID === jobId || ArrayJobID === jobId,
    );
    // Its other components may have comments and folders of their own.
    const isHet = own.some(({ HetJobID }) => HetJobID === jobId);
    return isHet ? this.#rows.filter(({ HetJobID }) => HetJobID === jobId) : own;
  }

  /** Ids of other jobs that were submitted from the owner's folder, or from one below it. */
  jobsFrom(owner: JobOwner, jobId: string): string[] {
    const inside = (this.#byWorkDir.get(owner.workDir) ?? []).flatMap((at) => this.#rows[at] ?? []);
    return jobsFrom([...inside, ...this.#below(`${owner.workDir}/`)], owner, jobId);
  }

  /** Jobs that have not ended, by id; of an array, its representative task. */
  active(): Map<string, Current> {
    const jobs = new Map<string, Current[]>();
    for (const row of this.#rows) {
      if (isEnded({ state: row.State })) continue;
      add(jobs, idOfRow(row), { state: row.State, reason: reasonOfRow(row) });
    }
    return new Map(
      [...jobs].flatMap(([jobId, all]) => {
        const one = currentOf(all);
        return one ? [[jobId, one] as const] : [];
      }),
    );
  }

  /** Ids of the tasks of job arrays that are running, by the array's job id. */
  runningTasks(): Map<string, Set<number>> {
    const running = new Map<string, Set<number>>();
    for (const { State, ArrayJobID, ArrayTaskID } of this.#rows) {
      // Jobs that are no arrays have N/A.
      if (!RUNNING.has(State) || !/^\d+$/.test(ArrayTaskID)) continue;
      const tasks = running.get(ArrayJobID) ?? new Set();
      running.set(ArrayJobID, tasks.add(Number(ArrayTaskID)));
    }
    return running;
  }

  /** Rows of which isOwn() holds, in their order. */
  #own({ comment, workDir }: JobOwner): JobRow[] {
    const at = new Set([
      ...(this.#byComment.get(comment) ?? []),
      ...(this.#byWorkDir.get(workDir) ?? []),
      ...(this.#byCommand.get(`${workDir}/${SCRIPT_FILE}`) ?? []),
    ]);
    return [...at].toSorted((a, b) => a - b).flatMap((one) => this.#rows[one] ?? []);
  }

  /** Rows whose folder begins with this: a search in sorted rows, as users choose how deep a folder is. */
  #below(start: string): JobRow[] {
    this.#byFolder ??= this.#rows.toSorted((a, b) =>
      a.WorkDir < b.WorkDir ? -1 : Number(a.WorkDir > b.WorkDir),
    );
    const rows = this.#byFolder;
    let from = 0;
    for (let to = rows.length; from < to; ) {
      const middle = (from + to) >> 1;
      if ((rows[middle]?.WorkDir ?? "") < start) from = middle + 1;
      else to = middle;
    }
    for (let end = from; ; end++)
      if (!rows[end]?.WorkDir.startsWith(start)) return rows.slice(from, end);
  }
}

function index(rows: readonly JobRow[], keyOf: (row: JobRow) => string): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [at, row] of rows.entries()) add(places, keyOf(row), at);
  return places;
}

function add<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
