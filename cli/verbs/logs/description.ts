import type { VerbDescription } from "../../verb.ts";

export const logsVerb: VerbDescription = {
  name: "logs",
  group: "looking",
  arguments: [{ name: "prefix", required: true }],
  options: [
    { flags: "-f, --follow" },
    { flags: "--err" },
    { flags: "--task <id>", parse: "whole" },
  ],
  examples: ["logs job0001", "logs job0001 --follow", "logs job0001 --task 3 --err"],
  output: {
    form: "lines",
    schema: async () => (await import("./logs.ts")).logsOutput,
  },
  run: async (around, { args: [prefix = ""], flags }) => {
    const { logsVerb } = await import("./logs.ts");
    return logsVerb(await around.jobs(), prefix, flags);
  },
};
