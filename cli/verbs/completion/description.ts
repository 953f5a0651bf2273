import type { VerbDescription } from "../../verb.ts";

export const completionVerb = {
  name: "completion",
  group: "setup",
  summary: "print a script that completes verbs and options in a shell",
  arguments: { shell: { choices: ["bash", "zsh", "fish", "powershell"], help: "which shell" } },
  flags: {},
  examples: [
    "completion bash > ~/.local/share/bash-completion/completions/cloud-submit",
    "completion zsh",
    "completion fish",
    "completion powershell",
  ],
  output: "object",
} as const satisfies VerbDescription;
