import type { InitFlags } from "../verbs/init.ts";
import type { VerbDescription } from "../verb.ts";

export const initVerb: VerbDescription = {
  name: "init",
  group: "setup",
  arguments: [],
  options: [{ flags: "--force" }],
  examples: ["init", "init --bucket my-jobs --region ap-northeast-1"],
  output: {
    form: "object",
    schema: async () => (await import("../verbs/init.ts")).initOutput,
  },
  run: async (around, { flags }) => {
    const { init } = await import("../verbs/init.ts");
    const { askOnTerminal } = await import("../verbs/ask.ts");
    return init(
      { ...around.ui, cwd: process.cwd(), ask: askOnTerminal(around.ui.say, process) },
      { ...around.global, ...(flags as InitFlags) },
    );
  },
};
