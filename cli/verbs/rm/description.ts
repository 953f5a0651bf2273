import type { VerbDescription } from "../../verb.ts";

export const rmVerb = {
  name: "rm",
  group: "jobs",
  summary: "remove jobs from the bucket, for good",
  details:
    "Everything below a job's name goes: inputs, results, and earlier versions where these credentials may remove them. Shows first what that is and which listed jobs need it; asks. A job that is active stays: cancel it first. What was written after its end and in the last 10 minutes stays, too, since an upload may be under way. Also removes the files of an upload that was interrupted, and those that the rows of a sweep share when none is active.",
  arguments: { prefix: { many: true, as: "prefix", help: "names of jobs in the bucket" } },
  flags: {
    yes: { help: "do not ask" },
    dryRun: { help: "show what would be removed, and remove nothing" },
  },
  examples: ["rm job0001 --dry-run", "rm job0001 job0002 --yes"],
  output: "lines",
} as const satisfies VerbDescription;
