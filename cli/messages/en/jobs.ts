/** English messages of the verbs that send and bring jobs, errors too. */
export const jobsEn = {
  "submit.uploaded": "uploaded {files} {files#file#files}, {bytes}",
  "submit.uploadedMore": "uploaded {files} {files#file#files}, {bytes}; {unchanged} unchanged",
  "submit.named":
    "{files} large {files#file was#files were} sent before under another prefix, and not again",
  "submit.done": "Submitted {prefix}",
  "wait.waitsFor": "waits for {jobs}",
  "wait.some": "{ended} of {total} have ended",
  "onEnd.failed": "{prefix}: the command of --on-end has failed: {how}",
  "again.written": "{prefix}: no answer to {state} for {minutes} min; requested once more",
  "again.nameless":
    "{prefix}: no answer to {state} for {minutes} min; if its event was lost, writing {state} again starts the job",
  "again.failed":
    "{prefix}: no answer to {state} for {minutes} min; it could not be requested once more: {why}",
  "fetch.done": "Fetched {files} {files#file#files}, {bytes}, into {folder}",
  "fetch.unfinished": "{prefix} is {state}: these are not its final results",
  "fetch.notDelete": "{prefix} is {state}: fetch without --delete, or once it has ended",
  "fetch.noManifest": "{prefix}: its manifest is unreadable: fetch without --delete",
  "fetch.beside": "{path} was changed here and is kept; the job's file is {at}",
  "fetch.overwrite": "to replace such files instead, fetch again with --overwrite",
  "fetch.notChosen":
    "by its rules for results, {files} {files#file#files} ({bytes}) stayed on the cluster",
  "fetch.nothing": "the job has no file that fits",
  "fetch.head.path": "PATH",
  "fetch.head.size": "SIZE",
  "fetch.head.time": "TIME",
  "fetch.skipped": "left out {path}: {reason}",
  "delete.one": "deleted {path}",
  "delete.more": "and {count} more: {total} in all",
  "cancel.asked": "Requested the cancellation of {prefix}",
  "cancel.already": "{prefix} is already being cancelled",
  "cancel.ended": "{prefix} has already ended: {state}",
  "ask.yesNo": "[y/N]",
  "rm.plan": "{jobs} {jobs#job#jobs}, {objects} {objects#object#objects}, {bytes}",
  "rm.ask": "Remove them for good?",
  "rm.nothing": "nothing was removed",
  "rm.done": "Removed {prefix}: {objects} {objects#object#objects}, {bytes}",
  "rm.active": "{prefix} is active ({state}) and stays; to cancel it first: {command}",
  "rm.changed":
    "{prefix}: another client has written its status meanwhile; nothing more of it was removed",
  "rm.young":
    "{prefix}: {count} {count#object was#objects were} written in the last 10 minutes and stay, as an upload may be under way: repeat this in {minutes} {minutes#minute#minutes}",
  "rm.refused": "{prefix}: S3 does not remove {count} {count#object#objects}: {why}",
  "rm.versions":
    "{prefix}: earlier versions stay until the bucket's rules remove them: s3:ListBucketVersions and s3:DeleteObjectVersion are needed to remove them now",
  "rm.notNoted":
    "sweep {name}: how the removed rows ended could not be noted, and they will be missing there: {why}",
  "rm.row":
    "{prefix} stays: {job}, a row of this sweep, is active ({state}); to cancel it first: {command}",
  "rm.dataSet": "{prefix} is a data set and stays; to remove it: {command}",
  "rm.needed": "{prefix}: {job}, which has not ended, needs it",
  "rm.othersUnseen": "jobs of other users cannot be seen, and may need it",
  "prune.stay":
    "no job to remove: {active} {active#is#are} active, {named} {named#is#are} needed by one that has not ended, {young} ended later",
  "prune.none": "no job to remove",
  "prune.named": "{prefix} stays: a job that has not ended names it",
} as const;
