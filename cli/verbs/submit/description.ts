import type { VerbDescription } from "../../verb.ts";

export const submitVerb = {
  name: "submit",
  group: "jobs",
  summary: "upload a folder or a script and request that it be run",
  details:
    "Files that are already in the bucket and unchanged are not sent again. The job runs on exactly the files of this folder, whatever else is under its prefix.",
  arguments: {
    path: { help: "a folder with job-aws-run.sh in it, or a job script" },
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
      help: "name of the job in the bucket (default: generated from the name and the time)",
    },
    delete: { help: "remove objects whose files are gone from the folder" },
    onlyFailed: {
      help: "of a job array, only the tasks that did not complete in its last run; without --prefix, that of the job last submitted from here",
    },
  },
  examples: [
    "submit ./work",
    "submit ./work --prefix job0001",
    "submit ./work -- --partition=gpu --array=1-100",
    "submit ./work --only-failed",
  ],
  output: "object",
} as const satisfies VerbDescription;
