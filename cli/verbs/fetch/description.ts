import type { VerbDescription } from "../../verb.ts";

export const fetchVerb = {
  name: "fetch",
  group: "jobs",
  summary: "fetch a job's files",
  details: "Files that are already in the folder and unchanged are not fetched again.",
  arguments: { prefix: { help: "name of the job in the bucket" } },
  flags: {
    to: { value: "dir", help: "into this folder (default: one named after the prefix)" },
    delete: { help: "remove files from the folder that the job does not have" },
  },
  examples: ["fetch job0001", "fetch job0001 --to ./work"],
  output: "object",
} as const satisfies VerbDescription;
