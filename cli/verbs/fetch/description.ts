import type { VerbDescription } from "../../verb.ts";

export const fetchVerb = {
  name: "fetch",
  group: "jobs",
  summary: "fetch the files of jobs",
  details:
    "Files that are already in the folder and unchanged are not fetched again. Where a file was changed here, it is kept, and the fetched one is put beside it, as NAME.fetched. Of several jobs each goes into a folder of its own. JOB:PATH writes that one file to standard output.",
  arguments: {
    prefix: {
      many: true,
      as: "object",
      help: "names of jobs in the bucket; JOB:PATH alone for one file of a job",
    },
  },
  flags: {
    to: {
      value: "dir",
      help: "into this folder, or of several jobs into DIR/JOB (default: a folder named after the job)",
    },
    include: {
      value: "glob",
      many: true,
      repeated: true,
      help: "only files that fit this, as in a .gitignore",
    },
    exclude: { value: "glob", many: true, repeated: true, help: "no files that fit this" },
    resultsOnly: { help: "only what came back from the job, and not what was sent" },
    list: { help: "show what would be fetched, with size and time, and fetch nothing" },
    overwrite: { help: "replace files here that were changed since they were sent or fetched" },
    delete: {
      help: "remove files from the folder that an ended job does not have and was not sent with; only such as --include and --exclude choose",
    },
  },
  examples: [
    "fetch job0001",
    "fetch job0001 --to ./work",
    "fetch job0001 --include '/out/**' --exclude '*.tmp'",
    "fetch job0001 --results-only --list",
    "fetch job0001 job0002 --to ./results --results-only",
    "fetch job0001:out/result.csv",
  ],
  output: "lines",
} as const satisfies VerbDescription;
