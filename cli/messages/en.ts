import { ERROR_CODES, type ErrorCode } from "../../protocol/error.ts";
import { administrationEn } from "./en/administration.ts";
import { dataEn } from "./en/data.ts";
import { errorsEn } from "./en/errors.ts";
import { jobsEn } from "./en/jobs.ts";
import { lookingEn } from "./en/looking.ts";
import { resultsEn } from "./en/results.ts";
import { setupEn } from "./en/setup.ts";
import { slurmEn } from "./en/slurm.ts";
import { sweepsEn } from "./en/sweeps.ts";
import { reasonsEn } from "./reasons-en.ts";

/**
 * Every message in English. Between braces stands a value's name; `{files#file#files}` is the first word when
 * `files` is 1, else the second; `{"path"}` is shown in quotes.
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
  "help.data": "data sets that jobs name as inputs: put, list, rm",
  "help.headnode": "the agent on the Head Node: publish, install, update, status, uninstall",
  "help.slurm": "Slurm's commands, for scripts that call them: run, fetcher, install, env",
  "help.exit.ok": "done; the job completed",
  "help.exit.jobFailed":
    "the job failed, ran out of time or memory, or was lost; doctor: something is broken",
  "help.exit.usage": "wrong usage or settings; nothing was submitted",
  "help.exit.jobError": "JOB_ERROR: the job did not run",
  "help.exit.timeout": "--timeout has passed; the job continues",
  "help.exit.cancelled": "the job was cancelled",
  "help.exit.transfer":
    "a transfer or AWS failed, some results could not be returned, or some of several folders were not submitted",
  "help.exit.credentials":
    "the AWS credentials have expired, or there are none: sign in; jobs continue",
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
    "Slurm could not start it: usually the folder of its --output or --error, or the file of its --input, does not exist",
  "tasks.completed": "{completed} of {total} {total#task#tasks} completed",
  "tasks.more": "{count} more {count#group#groups}",
  "job.leftOut": "{count} {count#file was#files were} not returned, such as {path}: {reason}",

  "interrupt.upload":
    "Nothing was submitted. Uploaded files stay in the bucket; to continue: {command}",
  "interrupt.uploaded": "Uploaded files stay in the bucket; to continue: {command}",
  "interrupt.among": "{submitted} of {total} were submitted. {rest}",
  "interrupt.sweep": "Not all rows were submitted. To continue: {command}",
  "interrupt.asking":
    "The job may have been submitted. To check: {command}; if there is no such job: {again}",
  "interrupt.wait": "The job continues. To wait again: {command}; to end it: {cancel}",
  "interrupt.run":
    "The job continues. To end it: {cancel}; to wait again and fetch its results: {command}",
  "interrupt.fetchAgain": "To go on: {command}",
  "interrupt.fetch": "The results are in the bucket. To fetch the rest: {command}",
  "interrupt.logs": "The job continues. To read on: {command}",
  "interrupt.headnode": "The command continues. To check it later: {command}",
  "interrupt.signIn": "sign in, then {command}",

  "outage.begins": "S3 cannot be reached ({why}); trying again until it can",
  "outage.lasts": "no answer from S3 for {time} ({why})",
  "outage.ended": "S3 answers again, after {time}",

  ...jobsEn,
  ...dataEn,
  ...lookingEn,
  ...sweepsEn,
  ...setupEn,
  ...resultsEn,
  ...slurmEn,
  ...administrationEn,
  ...errorsEn,
  ...reasonsEn,
  ...meanings(),
} as const;

/** Meanings of error codes: English needs no such word before the words of the error itself. */
function meanings() {
  return Object.fromEntries(ERROR_CODES.map((code) => [`error.${code}`, ""])) as Readonly<
    Record<`error.${ErrorCode}`, "">
  >;
}
