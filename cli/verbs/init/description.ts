import type { VerbDescription } from "../../verb.ts";
import type { InitFlags } from "./init.ts";

export const initVerb: VerbDescription = {
  name: "init",
  group: "setup",
  arguments: [],
  options: [{ flags: "--force" }],
  examples: ["init", "init --bucket my-jobs --region ap-northeast-1"],
  output: {
    form: "object",
    schema: async () => (await import("./init.ts")).initOutput,
  },
  run: async (around, { flags }) => {
    const { init } = await import("./init.ts");
    const { askOnTerminal } = await import("../../jobs/ask.ts");
    return init(
      { ...around.ui, cwd: process.cwd(), ask: askOnTerminal(around.ui.say, process) },
      { ...around.global, ...(flags as InitFlags) },
    );
  },
};
