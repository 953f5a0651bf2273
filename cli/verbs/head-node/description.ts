import { ON_STACK } from "../../stack/on-stack.ts";
import type { VerbDescription } from "../../verb.ts";
import type { HeadNodeAction } from "./headnode.ts";

const publish: VerbDescription = {
  name: "headnode publish",
  group: "administration",
  arguments: [],
  options: ON_STACK,
  examples: ["headnode publish --stage prod"],
  output: {
    form: "object",
    schema: async () => (await import("./headnode.ts")).publishOutput,
  },
  run: async (around, { flags }) => {
    const { publishAgent } = await import("./headnode.ts");
    await publishAgent(await around.admin(), flags);
    return undefined;
  },
};

const action = (
  name: HeadNodeAction,
  more: VerbDescription["options"],
  examples: string[],
): VerbDescription => ({
  name: `headnode ${name}`,
  group: "administration",
  arguments: [],
  options: [
    ...ON_STACK,
    { flags: "--cluster-name <name>" },
    { flags: "--instance-id <id>" },
    ...more,
  ],
  examples,
  output: {
    form: "object",
    schema: async () => (await import("./headnode.ts")).headNodeOutput,
  },
  run: async (around, { flags }) => {
    const { onHeadNode } = await import("./headnode.ts");
    await onHeadNode(await around.admin(), name, flags);
    return undefined;
  },
});

export const headNodeVerbs: readonly VerbDescription[] = [
  publish,
  action("install", [], ["headnode install --stage prod --cluster-name mycluster"]),
  action("update", [], ["headnode update --stage prod"]),
  action("status", [], ["headnode status --stage prod"]),
  action("uninstall", [{ flags: "--purge" }], ["headnode uninstall --stage prod --purge"]),
];
