import type { VerbDescription } from "../../verb.ts";

export const listVerb = {
  name: "list",
  group: "looking",
  summary: "list the newest jobs",
  arguments: {
    pattern: {
      optional: true,
      help: "names, with * and ? as in a shell; without them, the beginning of names",
    },
  },
  flags: {
    state: { value: "state", help: "only jobs in this state, such as JOB_SUBMIT" },
    since: { value: "when", help: "30m, 12h, 7d or 2w ago, or a date" },
    mine: {
      help: "only jobs that you have submitted, from whatever machine: as their submitter says, which nobody has checked",
    },
    name: { value: "glob", help: "only Slurm jobs of this name, with * and ? as in a shell" },
    partition: { value: "name", help: "only jobs of this Slurm partition" },
    sweep: { value: "name", help: "only the jobs of this sweep" },
    follow: {
      short: "f",
      help: "keep on looking: one table that is kept up to date, or elsewhere than on a terminal a line for each change",
    },
    untilEnded: { help: "with --follow: until all jobs shown have ended" },
    limit: {
      value: "n",
      as: "whole",
      min: 1,
      default: 50,
      help: "at most this many (default: {default})",
    },
  },
  examples: [
    "list",
    "list 'wave-*' --limit 10",
    "list --state JOB_SUBMIT",
    "list --mine --partition gpu",
    "list 'wave-*' --follow --until-ended",
    "list --since 7d --json",
  ],
  output: "lines",
} as const satisfies VerbDescription;
