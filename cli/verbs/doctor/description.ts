import type { VerbDescription } from "../../verb.ts";

export const doctorVerb = {
  name: "doctor",
  group: "setup",
  summary: "check everything that a job needs, and say how to fix problems",
  details: "Exit code 1 when something is broken.",
  arguments: {},
  flags: {
    deep: {
      help: "also measure the line, send an object in parts, query SSM about the Head Node, run a job that does nothing, and report the times",
    },
    prefix: { value: "name", help: "where to write test objects (default: a generated prefix)" },
    timeout: {
      value: "seconds",
      as: "seconds",
      default: 300,
      help: "with --deep: stop waiting after this time (default: {default})",
    },
  },
  examples: ["doctor", "doctor --deep", "doctor --json"],
  output: "object",
} as const satisfies VerbDescription;
