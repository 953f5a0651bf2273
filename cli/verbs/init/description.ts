import type { VerbDescription } from "../../verb.ts";

export const initVerb = {
  name: "init",
  group: "setup",
  summary: "write cloud-submit.json, asking for what it needs",
  details: "Without a terminal it asks nothing: give --bucket, --region and --profile.",
  arguments: {},
  flags: { force: { help: "overwrite an existing file" } },
  examples: ["init", "init --bucket my-jobs --region ap-northeast-1"],
  output: "object",
} as const satisfies VerbDescription;
