import type { VerbDescription } from "../../verb.ts";

export const statusVerb: VerbDescription = {
  name: "status",
  group: "looking",
  arguments: [{ name: "prefix", required: true }],
  options: [{ flags: "--explain" }],
  examples: ["status job0001", "status job0001 --explain", "status job0001 --json"],
  output: {
    form: "object",
    schema: async () => (await import("./status.ts")).statusOutput,
  },
  run: async (around, { args: [prefix = ""], flags }) => {
    const { status } = await import("./status.ts");
    await status(await around.jobs(), prefix, flags);
    return undefined;
  },
};
