import type { VerbDescription } from "../../verb.ts";

export const statusVerb = {
  name: "status",
  group: "looking",
  summary: "show the status of a job",
  arguments: { prefix: { as: "prefix", help: "name of the job in the bucket" } },
  flags: { explain: { help: "explain why it is in this state, and what happens next" } },
  examples: ["status job0001", "status job0001 --explain", "status job0001 --json"],
  output: "object",
} as const satisfies VerbDescription;
