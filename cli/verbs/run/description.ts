import type { VerbDescription } from "../../verb.ts";

export const runVerb: VerbDescription = {
  name: "run",
  group: "jobs",
  arguments: [
    { name: "path", required: true },
    { name: "sbatch-options", required: false, variadic: true },
  ],
  options: [
    { flags: "--prefix <name>" },
    { flags: "--delete" },
    { flags: "--to <dir>" },
    { flags: "--timeout <seconds>", parse: "seconds" },
  ],
  examples: [
    "run ./work",
    "run ./work --to ./results --timeout 3600",
    "run ./work -- --nodes=2 --time=1:00:00",
    "run ./wave.sh",
  ],
  output: {
    form: "object",
    schema: async () => (await import("./run.ts")).runOutput,
  },
  run: async (around, { args: [path = "", ...sbatchOptions], flags }) => {
    const { run } = await import("./run.ts");
    return run(await around.jobs(), path, { ...flags, sbatchOptions });
  },
};
