import type { VerbDescription } from "../../verb.ts";

export const cancelVerb: VerbDescription = {
  name: "cancel",
  group: "jobs",
  arguments: [{ name: "prefix", required: true, variadic: true }],
  options: [{ flags: "--wait" }, { flags: "--timeout <seconds>", parse: "seconds" }],
  examples: ["cancel job0001", "cancel job0001 job0002 --wait"],
  output: {
    form: "lines",
    schema: async () => (await import("./cancel.ts")).cancelOutput,
  },
  run: async (around, { args, flags }) => {
    const { cancel } = await import("./cancel.ts");
    return cancel(await around.jobs(), args, flags);
  },
};
