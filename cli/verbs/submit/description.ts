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
    input: {
      value: "source",
      many: true,
      each: true,
      help: "NAME[/PATH][=WHERE] of a data set, or JOB:PATH[=WHERE] of a job's results: the job gets it without anything being sent, a data set read-only; may be repeated",
    },
    after: {
      value: "job",
      many: true,
      each: true,
      help: "begin when this job has completed; JOB:any: has ended, JOB:failed: has not completed; may be repeated",
    },
    delete: { help: "remove objects whose files are gone from the folder" },
  },
  examples: [
    "submit ./work",
    "submit ./work --prefix job0001",
    "submit ./work --input genome --input job0001:out/model=model",
    "submit ./report --after job0001 --after job0002:any",
    "submit ./work -- --partition=gpu --array=1-100",
  ],
  output: "object",
} as const satisfies VerbDescription;
