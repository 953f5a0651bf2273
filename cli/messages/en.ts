import { ERROR_CODES, type ErrorCode } from "../../protocol/error.ts";
import { administrationEn } from "./en/administration.ts";
import { errorsEn } from "./en/errors.ts";
import { jobsEn } from "./en/jobs.ts";
import { lookingEn } from "./en/looking.ts";
import { setupEn } from "./en/setup.ts";
import { reasonsEn } from "./reasons-en.ts";

/**
 * Every message in English. Between braces stands a value's name; `{files#file#files}` is the first word when
 * `files` is 1, else the second.
 */
export const en = {
  "help.hint": "(cloud-submit --help shows every verb)",
  "help.tagline": "Send Slurm jobs to a cloud cluster, with nothing but S3 in between.",
  "help.group.jobs": "Jobs:",
  "help.group.looking": "Looking at jobs:",
  "help.group.setup": "Setting up:",
  "help.group.administration": "For administrators:",
  "help.title.usage": "Usage:",
  "help.title.arguments": "Arguments:",
  "help.title.options": "Options:",
  "help.title.globalOptions": "Global options:",
  "help.title.commands": "Verbs:",
  "help.title.examples": "Examples:",
  "help.title.exitCodes": "Exit codes:",
  "help.help": "show help",
  "help.version": "show the version",
  "help.verb": "show the help of a verb",
  "help.headnode": "the agent on the Head Node: publish, install, update, status, uninstall",
  "help.exit.ok": "done; the job completed",
  "help.exit.jobFailed":
    "the job failed, ran out of time or memory, or was lost; doctor: something is broken",
  "help.exit.usage": "wrong usage or settings; nothing was submitted",
  "help.exit.jobError": "JOB_ERROR: the job did not run",
  "help.exit.timeout": "--timeout is over; the job goes on",
  "help.exit.cancelled": "the job was cancelled",
  "help.exit.transfer": "a transfer or AWS failed, or some results could not be brought back",
  "help.exit.interrupted": "interrupted",
  "flag.seconds": "give a number of seconds.",
  "flag.whole": "give a whole number.",

  "parse.error": "",
  "count.files": "{files} {files#file#files}",
  "progress.upload": "uploading",
  "progress.fetch": "fetching",
  "progress.files": "{done}/{total} {total#file#files}",
  "progress.left": "{time} left",

  "job.slurm": "Slurm job {id}",
  "job.exitCode": "exit code {code}",
  "job.signal": "signal {signal}",
  "job.ended": "ended",
  "job.notStarted":
    "Slurm could not start it: mostly the folder of its --output or --error, or the file of --input, is not there",
  "tasks.completed": "{completed} of {total} {total#task#tasks} completed",
  "tasks.more": "{count} more {count#group#groups}",
  "note.chdir":
    "the script asks for the working directory {path}: it ran in its own folder, whose files come back",
  "note.comment": "the comment in its script was replaced by the one that it is known by",
  "note.output":
    "its output went to {path}, which does not come back: name a file in the job's folder that is not one of job-aws-*",
  "note.dependency":
    "--dependency names jobs that Slurm does not know ({ids}): it did not wait for them",
  "note.ownJobs":
    "other jobs were submitted from its folder ({ids}): what they wrote after its end did not come back",
  "job.leftOut": "{count} {count#file#files} did not come back, such as {path}: {reason}",

  "interrupt.upload":
    "Nothing was submitted. What is in the bucket stays there; go on with: {command}",
  "interrupt.asking": "The job may have been submitted just now. See: cloud-submit status {prefix}",
  "interrupt.wait":
    "The job goes on. Go on waiting with: cloud-submit wait {prefix}; end it with: cloud-submit cancel {prefix}",
  "interrupt.fetch":
    "The results are in the bucket. Fetch the rest with: cloud-submit fetch {prefix} --to {folder}",
  "interrupt.logs": "The job goes on. Go on reading with: cloud-submit logs {prefix} --follow",
  "interrupt.headnode":
    "The command goes on. See later: aws ssm list-command-invocations --details --command-id {id}",

  ...jobsEn,
  ...lookingEn,
  ...setupEn,
  ...administrationEn,
  ...errorsEn,
  ...reasonsEn,
  ...meanings(),
} as const;

/** What an error's code means: English needs no such word before the words of the error itself. */
function meanings() {
  return Object.fromEntries(ERROR_CODES.map((code) => [`error.${code}`, ""])) as Readonly<
    Record<`error.${ErrorCode}`, "">
  >;
}
