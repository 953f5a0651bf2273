import { type BackOff, backOff } from "../../bucket/flow/back-off.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { CommandResult, SlurmCommand } from "./command.ts";
import type { FoundJob } from "./find-job.ts";
import { NotSent, saysNoAnswer, saysNotSent } from "./sbatch-answer.ts";
import { unanswered } from "./squeue.ts";

/** Result of sbatch. */
export type SubmitResult =
  | { accepted: true; job: FoundJob; output: string }
  | { accepted: false; output: string };

export interface SbatchPorts {
  run: SlurmCommand;
  /** Runs this when it is its turn: calls of sbatch are bounded. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Called when it is, right before sbatch; sbatch is not called when it throws. */
  begin: () => Promise<void>;
  /** The job of this call, once Slurm has it. */
  find: () => Promise<FoundJob | undefined>;
  /** Whether slurmctld answers. */
  isUp: () => Promise<boolean>;
  sleep: (ms: number) => Promise<void>;
}

/** Looks for the job while sbatch does not return: `#SBATCH --wait` is until the job's end. */
const LOOK: BackOff = { firstMs: 500, maxMs: 8_000 };

/** A job that sbatch has just handed over is shown at once; so many looks are for a controller that changes. */
const LOOKS_AFTER = 3;

/**
 * Calls sbatch once. Its output decides nothing: exit code 0 is acceptance, and the job is found by what
 * no other job has. After other codes it is looked for, too: with `--wait` the exit code is the job's own.
 *
 * @param args options and the script
 * @throws CloudSubmitError `slurm` without an answer: the job may then be in the queue, or come to be, but not of a NotSent
 */
export async function sbatch(
  workDir: string,
  args: readonly string[],
  ports: SbatchPorts,
): Promise<SubmitResult> {
  const { inTurn, begin, find, isUp } = ports;
  const ended = await inTurn(async () => {
    await begin();
    return called(workDir, args, ports);
  });
  if (ended.job) return { accepted: true, job: ended.job, output: ended.output };
  const { output } = ended;
  if (ended.code === 0) {
    const job = await acceptedJob(ended, ports);
    // A script may ask for an answer in place of a job: --test-only.
    return job ? { accepted: true, job, output } : { accepted: false, output: `no job: ${output}` };
  }
  if (ended.code !== null && saysNotSent(ended))
    throw new NotSent("slurm", unanswered("sbatch", ended).message);
  const job = await find();
  if (job?.isRefused) return { accepted: false, output };
  if (job) return { accepted: true, job, output };
  if (ended.code === null || saysNoAnswer(ended) || !(await isUp()))
    throw unanswered("sbatch", ended);
  return { accepted: false, output };
}

/** How sbatch ended; with the job, when Slurm had it before that. */
async function called(
  workDir: string,
  args: readonly string[],
  ports: SbatchPorts,
): Promise<CommandResult & { job?: FoundJob }> {
  const stop = new AbortController();
  const running = ports.run("sbatch", args, { cwd: workDir, asLogin: true, signal: stop.signal });
  const ended = await Promise.race([running, foundMeanwhile(running, ports)]);
  if (!("jobId" in ended)) return ended;
  // The rest of sbatch need not be waited for: the job is Slurm's by now.
  stop.abort();
  return { ...(await running), job: ended };
}

/** The job, if Slurm has it before sbatch returns; never returns when sbatch does first. */
async function foundMeanwhile(
  running: Promise<CommandResult>,
  { find, sleep }: SbatchPorts,
): Promise<FoundJob> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  void running.then(over, over);
  for (let looks = 0; ; looks++) {
    await sleep(backOff(LOOK, looks));
    if (isOver) return new Promise(() => undefined);
    // Slurm that does not answer now is sbatch's to wait for.
    const job = await find().catch(() => undefined);
    if (job && !job.isRefused && !isOver) return job;
  }
}

/**
 * The job that sbatch accepted.
 *
 * @returns undefined when there is none, and sbatch said something else
 * @throws CloudSubmitError `slurm` when Slurm cannot be asked; `lost` when it shows no job, and sbatch said nothing
 */
async function acceptedJob(
  ended: CommandResult,
  { find, sleep }: SbatchPorts,
): Promise<FoundJob | undefined> {
  for (let looks = 0; looks < LOOKS_AFTER; looks++) {
    if (looks > 0) await sleep(backOff(LOOK, looks - 1));
    const job = await find();
    if (job) return job;
  }
  if (ended.output.trim() !== "") return undefined;
  throw new CloudSubmitError(
    "lost",
    "sbatch accepted the job, but Slurm shows none with its comment or its folder: have the site's job_submit plugins looked at",
  );
}
