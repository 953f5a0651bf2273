import type { VerbDescription } from "../../verb.ts";

export const listVerb: VerbDescription = {
  name: "list",
  group: "looking",
  arguments: [{ name: "pattern", required: false }],
  options: [
    { flags: "--state <state>" },
    { flags: "--since <when>" },
    { flags: "--limit <n>", parse: "whole" },
  ],
  examples: [
    "list",
    "list 'wave-*' --limit 10",
    "list --state JOB_SUBMIT",
    "list --since 7d --json",
  ],
  output: {
    form: "lines",
    schema: async () => (await import("./list.ts")).listOutput,
  },
  run: async (around, { args: [pattern], flags }) => {
    const { list } = await import("./list.ts");
    await list(await around.jobs(), pattern, flags);
    return undefined;
  },
};
