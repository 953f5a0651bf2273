import { STAGE_FLAG } from "../../stack/stack-flags.ts";
import type { VerbDescription } from "../../verb.ts";

export const auditVerb = {
  name: "audit",
  group: "looking",
  summary: "show the state changes of a job, or of all jobs, from the audit log",
  arguments: {
    prefix: { optional: true, as: "prefix", help: "name of the job in the bucket (default: all)" },
  },
  flags: {
    since: {
      value: "when",
      default: "7d",
      help: "30m, 12h, 7d or 2w ago, or a date (default: {default})",
    },
    stage: STAGE_FLAG,
    logGroup: {
      value: "name",
      help: "the log group (default: /aws/lambda/cloud-submit-STAGE-audit)",
    },
  },
  examples: ["audit", "audit job0001", "audit --since 12h --json"],
  output: "lines",
} as const satisfies VerbDescription;
