import type { VerbDescription } from "../../verb.ts";

export const initVerb = {
  name: "init",
  group: "setup",
  summary: "write cloud-submit.json, asking for what it needs",
  details: "Without a terminal nothing is asked: give --bucket, --region and --profile.",
  arguments: {},
  flags: { force: { help: "write over a file that is there" } },
  examples: ["init", "init --bucket my-jobs --region ap-northeast-1"],
  output: "object",
} as const satisfies VerbDescription;
