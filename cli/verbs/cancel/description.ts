import type { VerbDescription } from "../../verb.ts";

export const cancelVerb = {
  name: "cancel",
  group: "jobs",
  summary: "cancel jobs",
  details: "Jobs that have ended stay as they are.",
  arguments: { prefix: { many: true, as: "prefix", help: "names of jobs in the bucket" } },
  flags: {
    wait: { help: "until the jobs have ended" },
    timeout: { value: "seconds", as: "seconds", help: "with --wait: stop waiting after this time" },
  },
  examples: ["cancel job0001", "cancel job0001 job0002 --wait"],
  output: "lines",
} as const satisfies VerbDescription;
