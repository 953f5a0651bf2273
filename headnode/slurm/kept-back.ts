/**
 * When a job that is kept back is to begin, for sbatch. sbatch tests such a job as any other and refuses what no node has; one
 * that is held it takes as it is, and its dependencies stay as they were. Seen on 22.05 to 26.05.
 */
const LATER = "now+520weeks";

/** A job that is to begin so long after its submission is kept back, seconds. Users do not ask for that. */
const LATER_S = 500 * 7 * 86_400;

/** Slurm's reason for a job that is held. Source: squeue(1), "JOB REASON CODES". */
export const HELD = "JobHeldUser";

/** Options that a date far away does not go with: Slurm keeps one date to begin, and it comes before the deadline. */
const DATES = ["begin", "deadline", "hold"];
/** The same as letters, after others that take no value. Source: sbatch(1). */
const DATE_LETTER = /^-[hIkOQsvVWX]*[bH]/;

/** How Slurm is to keep a job back: by a date far away, or by a hold. */
export type KeepBack = "date" | "hold";

/** @param words of the submitter's options and the script's directives; sbatch takes beginnings of names, too */
export function howToKeepBack(words: readonly string[]): KeepBack {
  const asks = (word: string) => {
    const name = /^--([a-z]{2,})/.exec(word)?.[1];
    if (name === undefined) return DATE_LETTER.test(word);
    return DATES.some((date) => date.startsWith(name));
  };
  return words.some(asks) ? "hold" : "date";
}

/** The option of sbatch for that. */
export function keepBackOption(how: KeepBack): string {
  return how === "hold" ? "--hold" : `--begin=${LATER}`;
}

/** Fields of squeue, with times in seconds. */
interface DatedRow {
  State: string;
  StartTime: string;
  SubmitTime: string;
}

/** Whether a job waits for the date far away. */
export function waitsForDate({ State, StartTime, SubmitTime }: DatedRow): boolean {
  return State === "PENDING" && Number(StartTime) - Number(SubmitTime) >= LATER_S;
}

/** The reason of a job: one that is kept back is held, whatever Slurm says. */
export function reasonOfRow(row: DatedRow & { Reason: string }): string {
  return waitsForDate(row) ? HELD : row.Reason;
}

/**
 * Arguments of scontrol that let a job begin.
 *
 * @param ids of all its components, with commas
 */
export function releaseArguments(how: KeepBack, ids: string): string[] {
  return how === "hold" ? ["release", ids] : ["update", `JobId=${ids}`, "StartTime=now"];
}
