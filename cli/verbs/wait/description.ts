import { ON_END_FLAG } from "../../jobs/on-end-flag.ts";
import type { VerbDescription } from "../../verb.ts";

export const waitVerb = {
  name: "wait",
  group: "jobs",
  summary: "wait until jobs have ended; the exit code says how they ended",
  details: "For several jobs the exit code is the worst of theirs, in the order 2 7 6 4 3 1 5 0.",
  arguments: { prefix: { many: true, as: "prefix", help: "names of jobs in the bucket" } },
  flags: {
    any: { help: "until the first of them has ended; returns its exit code" },
    all: { help: "until all of them have ended (default)" },
    timeout: {
      value: "seconds",
      as: "seconds",
      help: "stop waiting after this time; the jobs continue",
    },
    onEnd: ON_END_FLAG,
  },
  examples: [
    "wait job0001",
    "wait job0001 job0002 --any",
    "wait job0001 --timeout 3600",
    'wait job0001 --on-end \'notify-send "$CLOUD_SUBMIT_JOB_PREFIX" "$CLOUD_SUBMIT_JOB_OUTCOME"\'',
  ],
  output: "lines",
} as const satisfies VerbDescription;
