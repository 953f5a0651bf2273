import type { VerbDescription } from "../../verb.ts";

export const fetchVerb: VerbDescription = {
  name: "fetch",
  group: "jobs",
  arguments: [{ name: "prefix", required: true }],
  options: [{ flags: "--to <dir>" }, { flags: "--delete" }],
  examples: ["fetch job0001", "fetch job0001 --to ./work"],
  output: {
    form: "object",
    schema: async () => (await import("./fetch.ts")).fetchOutput,
  },
  run: async (around, { args: [prefix = ""], flags }) => {
    const { fetchVerb } = await import("./fetch.ts");
    await fetchVerb(await around.jobs(), prefix, flags);
    return undefined;
  },
};
