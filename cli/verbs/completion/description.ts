import type { VerbDescription } from "../../verb.ts";
import type { Shell } from "./completion.ts";

export const completionVerb: VerbDescription = {
  name: "completion",
  group: "setup",
  arguments: [{ name: "shell", required: true, choices: ["bash", "zsh", "fish", "powershell"] }],
  options: [],
  examples: [
    "completion bash > ~/.local/share/bash-completion/completions/cloud-submit",
    "completion zsh",
    "completion fish",
    "completion powershell",
  ],
  output: {
    form: "object",
    schema: async () => (await import("./completion.ts")).completionOutput,
  },
  run: async (around, { args: [shell = ""] }) => {
    const { completion } = await import("./completion.ts");
    completion(around, shell as Shell);
    return undefined;
  },
};
