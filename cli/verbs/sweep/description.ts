import type { VerbDescription } from "../../verb.ts";
import { submitVerb } from "../submit/description.ts";

export const sweepVerb = {
  name: "sweep",
  group: "jobs",
  summary: "submit a folder or a script once for each row of parameters",
  details:
    "By itself it is one job array with a task for each row: one upload, one prefix. The job script begins with `. ./sweep-row.sh`, which sets the row's parameters as environment variables; sweep-params.csv has all rows. See docs/sweeps.md.",
  arguments: {
    path: {
      help: "a folder with job-aws-run.sh in it, or a job script; with --only-failed, also the name of a sweep",
    },
    sbatchOptions: submitVerb.arguments.sbatchOptions,
  },
  flags: {
    params: {
      value: "file",
      help: "table with a first line of names and a line for each row, as CSV, or TSV when its name ends in .tsv",
    },
    set: {
      value: "name=values",
      many: true,
      help: "values of one parameter: a=1,2,3 or a range such as a=1..10; several make every combination",
    },
    prefixPerRow: { help: "a job with a prefix of its own for each row, in place of an array" },
    prefix: {
      value: "name",
      help: "name of the sweep in the bucket (default: generated from the name and the time)",
    },
    atOnce: {
      value: "n",
      as: "whole",
      min: 1,
      help: "of an array, at most so many tasks run at a time",
    },
    notify: submitVerb.flags.notify,
    onlyFailed: { help: "only the rows that did not complete; parameters are as they were" },
    missing: {
      help: "with --only-failed: also rows whose jobs were removed before anyone noted how they ended",
    },
    dryRun: { help: "show the rows, and submit nothing" },
  },
  examples: [
    "sweep ./work --set speed=1..10 --set model=a,b",
    "sweep ./work --params rows.csv --at-once 20 -- --time=1:00:00",
    "sweep ./work --params rows.csv --dry-run",
    "sweep ./work --only-failed",
  ],
  output: "object",
} as const satisfies VerbDescription;

export const sweepStatusVerb = {
  name: "sweep status",
  group: "looking",
  summary: "show where each row of a sweep is",
  arguments: { name: { as: "prefix", help: "name of the sweep in the bucket" } },
  flags: {
    failed: { help: "only rows that did not complete, or of which nothing tells it" },
  },
  examples: ["sweep status work-20261123-204501-1a2b3c", "sweep status speeds --failed --json"],
  output: "object",
} as const satisfies VerbDescription;
