import type { VerbDescription } from "../../verb.ts";

export const submitVerb: VerbDescription = {
  name: "submit",
  group: "jobs",
  arguments: [
    { name: "path", required: true },
    { name: "sbatch-options", required: false, variadic: true },
  ],
  options: [{ flags: "--prefix <name>" }, { flags: "--delete" }],
  examples: [
    "submit ./work",
    "submit ./work --prefix job0001",
    "submit ./work -- --partition=gpu --array=1-100",
  ],
  output: {
    form: "object",
    schema: async () => (await import("./submit.ts")).submitOutput,
  },
  run: async (around, { args: [path = "", ...sbatchOptions], flags }) => {
    const { submitVerb } = await import("./submit.ts");
    await submitVerb(await around.jobs(), path, { ...flags, sbatchOptions });
    return undefined;
  },
};
