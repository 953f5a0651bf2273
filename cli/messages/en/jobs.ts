/** English messages of the verbs that send and bring jobs, errors too. */
export const jobsEn = {
  "submit.uploaded": "uploaded {files} {files#file#files}, {bytes}",
  "submit.uploadedMore": "uploaded {files} {files#file#files}, {bytes}; {unchanged} unchanged",
  "submit.done": "Submitted {prefix}",
  "wait.waitsFor": "waits for {jobs}",
  "wait.some": "{ended} of {total} have ended",
  "again.written": "{prefix}: no answer to {state} for {minutes} min; requested once more",
  "again.nameless":
    "{prefix}: no answer to {state} for {minutes} min; if its event was lost, writing {state} again starts the job",
  "again.failed":
    "{prefix}: no answer to {state} for {minutes} min; it could not be requested once more: {why}",
  "fetch.done": "Fetched {files} {files#file#files}, {bytes}, into {folder}",
  "fetch.unfinished": "{prefix} is {state}: these are not its final results",
  "fetch.beside": "{path} was changed here and is kept; the job's file is {at}",
  "fetch.overwrite": "to replace such files instead, fetch again with --overwrite",
  "fetch.skipped": "left out {path}: {reason}",
  "cancel.asked": "Requested the cancellation of {prefix}",
  "cancel.already": "{prefix} is already being cancelled",
  "cancel.ended": "{prefix} has already ended: {state}",
} as const;
