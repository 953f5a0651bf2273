import type { VerbDescription } from "../../verb.ts";

export const pruneVerb = {
  name: "prune",
  group: "jobs",
  summary: "remove jobs that ended long ago, for good",
  details:
    "Removes as rm does. Jobs that are active stay, and so do jobs that one which has not ended names as an input or waits for, if it may be listed. Data sets stay, too.",
  arguments: {
    pattern: {
      optional: true,
      help: "names, with * and ? as in a shell; without them, the beginning of names",
    },
  },
  flags: {
    older: { value: "age", help: "only jobs that ended before: 12h, 30d or 8w ago, or a date" },
    keepResults: { help: "remove only what was submitted, and keep results and records" },
    yes: { help: "do not ask" },
    dryRun: { help: "show what would be removed, and remove nothing" },
  },
  examples: [
    "prune --older 30d --dry-run",
    "prune 'wave-*' --older 2w --yes",
    "prune --older 30d --keep-results",
  ],
  output: "lines",
} as const satisfies VerbDescription;
