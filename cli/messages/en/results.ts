/** English messages about results that the Slurm front end brings back. */
export const resultsEn = {
  "results.otherRun":
    "the bucket has another run under {prefix}, or none: its results are gone; submit the job again",
  "results.notFinal": "{prefix} has not ended yet",
  "results.beside": "{path} was changed here and kept; the job's is in {at}",
  "results.skipped": "{path}: {reason}",
  "results.more": "{line}, and {count} more",
  "results.overdue": "tried for a day: {error}",
} as const;
