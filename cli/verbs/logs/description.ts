import type { VerbDescription } from "../../verb.ts";

export const logsVerb = {
  name: "logs",
  group: "looking",
  summary: "print what a job has printed so far",
  arguments: { prefix: { as: "prefix", help: "name of the job in the bucket" } },
  flags: {
    follow: { short: "f", help: "continue until the job has ended" },
    err: { help: "stderr instead of stdout" },
    task: { value: "id", as: "whole", help: "which task of a job array" },
  },
  examples: ["logs job0001", "logs job0001 --follow", "logs job0001 --task 3 --err"],
  output: "lines",
} as const satisfies VerbDescription;
