/** What the verbs that send and bring jobs say, in English, errors too. */
export const jobsEn = {
  "submit.uploaded": "uploaded {files} {files#file#files}, {bytes}",
  "submit.uploadedMore":
    "uploaded {files} {files#file#files}, {bytes}; {unchanged} {unchanged#is#are} there already",
  "submit.done": "Submitted {prefix}",
  "wait.some": "{ended} of {total} have ended",
  "fetch.done": "Fetched {files} {files#file#files}, {bytes}, into {folder}",
  "fetch.unfinished": "{prefix} is {state}: these are not its final results",
  "fetch.skipped": "left out {path}: {reason}",
  "cancel.asked": "Asked for {prefix} to be cancelled",
  "cancel.already": "{prefix} is being cancelled already",
  "cancel.ended": "{prefix} has ended already: {state}",
} as const;
