import type { VerbDescription } from "../../verb.ts";

export const statusVerb = {
  name: "status",
  group: "looking",
  summary: "show the status of jobs",
  arguments: { prefix: { many: true, as: "prefix", help: "names of jobs in the bucket" } },
  flags: { explain: { help: "explain why it is in this state, and what happens next" } },
  examples: [
    "status job0001",
    "status job0001 job0002",
    "status job0001 --explain",
    "status job0001 --json",
  ],
  output: "lines",
} as const satisfies VerbDescription;
