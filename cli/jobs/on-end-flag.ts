import type { Flag } from "../verb.ts";

/** The flag of verbs that wait. */
export const ON_END_FLAG = {
  value: "command",
  help: "when a job has ended, run this command in a shell; it finds CLOUD_SUBMIT_JOB_PREFIX, _OUTCOME, _STATE, _EXIT_CODE (the job's own, as a shell tells it) and _SLURM_JOB_ID in its environment",
} as const satisfies Flag;
