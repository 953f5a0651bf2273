import { ADDRESS_PATTERN } from "../../../protocol/address-pattern.ts";
import type { VerbDescription } from "../../verb.ts";

export const submitVerb = {
  name: "submit",
  group: "jobs",
  summary: "upload folders or scripts and request that they be run",
  details:
    "Files that are already in the bucket and unchanged are not sent again, and large ones (1 MiB or more) that you have sent to it before under any prefix are not either. The job runs on exactly the files of its folder, whatever else is under its prefix. Of several folders each becomes a job of its own, one after the other, also one that is given twice; one that fails does not keep the others back, and the exit code is the worst, as with wait, but never 2 when some were submitted: then 6.",
  arguments: {
    path: { many: true, help: "a folder with job-aws-run.sh in it, or a job script" },
    sbatchOptions: {
      optional: true,
      many: true,
      afterDashes: true,
      help: "options for sbatch, after --",
    },
  },
  flags: {
    prefix: {
      value: "name",
      help: "name of the job in the bucket, if it is one (default: generated from the name and the time)",
    },
    selfContained: {
      help: "send every file that is not under the job's own prefix, whatever was sent before",
    },
    input: {
      value: "source",
      many: true,
      repeated: true,
      help: "NAME[/PATH][=WHERE] of a data set, or JOB:PATH[=WHERE] of a job's results: the job gets it without anything being sent, a data set read-only; may be repeated",
    },
    after: {
      value: "job",
      many: true,
      repeated: true,
      help: "begin when this job has completed; JOB:any: has ended, JOB:failed: has not completed; may be repeated",
    },
    results: {
      value: "glob",
      many: true,
      repeated: true,
      help: "bring back only results that fit this, as in a .gitignore (also in .cloudsubmitresults)",
    },
    noResults: {
      value: "glob",
      many: true,
      repeated: true,
      help: "do not bring back results that fit this",
    },
    notify: {
      value: "address",
      pattern: [ADDRESS_PATTERN, "problem.address"],
      help: "send an e-mail to this address when the job has ended, if the administrator has allowed it or its domain; it must agree once, to an e-mail from AWS. If it is not allowed, nothing is sent, and only the administrator's log of functions/notify says so",
    },
    delete: { help: "remove objects whose files are gone from the folder" },
    onlyFailed: {
      help: "of a job array, only the tasks that did not complete in its last run; without --prefix, that of the job last submitted from here",
    },
  },
  examples: [
    "submit ./work",
    "submit ./work --prefix job0001",
    "submit ./work --input genome --input job0001:out/model=model",
    "submit ./report --after job0001 --after job0002:any",
    "submit ./work --results '/out/**' --no-results '*.tmp'",
    "submit ./work --notify taro@example.org",
    "submit ./case*",
    "submit ./work -- --partition=gpu --array=1-100",
    "submit ./work --only-failed",
  ],
  output: "lines",
} as const satisfies VerbDescription;
