import type { VerbDescription } from "../../verb.ts";

export const doctorVerb = {
  name: "doctor",
  group: "setup",
  summary: "check everything that a job needs, and say what to do about what is wrong",
  details: "Exit code 1 when something is broken.",
  arguments: {},
  flags: {
    deep: {
      help: "also ask SSM about the Head Node, send a job that does nothing the whole way, and tell the times",
    },
    prefix: { value: "name", help: "where to write for trial (default: one made for it)" },
    timeout: {
      value: "seconds",
      as: "seconds",
      default: 300,
      help: "with --deep: give up after so long (default: {default})",
    },
  },
  examples: ["doctor", "doctor --deep", "doctor --json"],
  output: "object",
} as const satisfies VerbDescription;
