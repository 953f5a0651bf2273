import type { VerbDescription } from "../../verb.ts";

export const fetchVerb = {
  name: "fetch",
  group: "jobs",
  summary: "fetch a job's files",
  details:
    "Files that are already in the folder and unchanged are not fetched again. Where a file was changed here, it is kept, and the fetched one is put beside it, as NAME.fetched.",
  arguments: { prefix: { as: "prefix", help: "name of the job in the bucket" } },
  flags: {
    to: { value: "dir", help: "into this folder (default: one named after the prefix)" },
    overwrite: { help: "replace files here that were changed since they were sent or fetched" },
    delete: { help: "remove files from the folder that the job does not have" },
  },
  examples: ["fetch job0001", "fetch job0001 --to ./work"],
  output: "object",
} as const satisfies VerbDescription;
