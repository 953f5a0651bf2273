/** Slurm's words for ends that slurmstepd tells of in a batch job's stderr. */
export const STDERR_STATES = ["CANCELLED", "TIMEOUT", "PREEMPTED", "NODE_FAIL"] as const;
export type StderrState = (typeof STDERR_STATES)[number];

/** The states of its words on the cause. A job that is put back into the queue has not ended. */
const STATE_OF_CAUSE: Readonly<Record<string, StderrState>> = {
  "": "CANCELLED",
  // As 26.05 has it.
  " DUE to SIGNAL Terminated": "CANCELLED",
  " DUE to SIGNAL Killed": "CANCELLED",
  " DUE TO TIME LIMIT": "TIMEOUT",
  " DUE TO PREEMPTION": "PREEMPTED",
  " DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS": "NODE_FAIL",
};

/** Its log writes its own name in front of an error, or the time. */
const LINE =
  /^(?:slurmstepd\S*:|\[[^\]]*\]) error: \*\*\* JOB (\d+) ON \S+ CANCELLED AT \S+( DUE [A-Za-z, ]+)? \*\*\*$/;

/**
 * How a batch job ended, by slurmstepd's line in its stderr, such as `slurmstepd: error: *** JOB 12 ON node-1 CANCELLED AT
 * 2026-11-30T12:00:00 DUE TO TIME LIMIT ***`. The job may have written it itself. Of several, the last one counts:
 * an earlier run may have added to the same file. Source: src/slurmd/slurmstepd/req.c, Slurm 22.05 to 26.05.
 *
 * @param jobId of an array's task, that of the task
 * @returns undefined: it tells of no such end
 */
export function stateInStderr(text: string, jobId: string): StderrState | undefined {
  const states = text.split("\n").flatMap((line): StderrState[] => {
    const [, id, cause = ""] = LINE.exec(line) ?? [];
    const state = Object.hasOwn(STATE_OF_CAUSE, cause) ? STATE_OF_CAUSE[cause] : undefined;
    return state !== undefined && id === jobId ? [state] : [];
  });
  return states.at(-1);
}
