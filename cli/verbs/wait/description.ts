import type { VerbDescription } from "../../verb.ts";

export const waitVerb: VerbDescription = {
  name: "wait",
  group: "jobs",
  arguments: [{ name: "prefix", required: true, variadic: true }],
  options: [
    { flags: "--any" },
    { flags: "--all" },
    { flags: "--timeout <seconds>", parse: "seconds" },
  ],
  examples: ["wait job0001", "wait job0001 job0002 --any", "wait job0001 --timeout 3600"],
  output: {
    form: "lines",
    schema: async () => (await import("./wait.ts")).waitOutput,
  },
  run: async (around, { args, flags }) => {
    const { wait } = await import("./wait.ts");
    return wait(await around.jobs(), args, flags);
  },
};
