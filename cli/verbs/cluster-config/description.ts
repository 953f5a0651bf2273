import { ON_STACK } from "../../stack/on-stack.ts";
import type { VerbDescription } from "../../verb.ts";

export const clusterConfigVerb: VerbDescription = {
  name: "cluster-config",
  group: "administration",
  arguments: [],
  options: [
    ...ON_STACK,
    { flags: "--os <name>" },
    { flags: "--key <name>" },
    { flags: "--ssh-from <cidr>" },
    { flags: "--head-node-type <type>" },
    { flags: "--compute-type <type...>" },
    { flags: "--queue <name>" },
    { flags: "--min-count <n>", parse: "whole" },
    { flags: "--max-count <n>", parse: "whole" },
    { flags: "--elastic-ip [id]" },
    { flags: "--public-ips" },
    { flags: "--placement-group" },
    { flags: "--spot" },
    { flags: "--subnet <id>" },
    { flags: "--compute-subnet <id...>" },
    { flags: "--root-volume <gib>", parse: "whole" },
  ],
  examples: [
    "cluster-config --stage prod > cluster.yaml",
    "cluster-config --key mykey --ssh-from 192.0.2.0/24 --spot > cluster.yaml",
  ],
  output: {
    form: "object",
    schema: async () => (await import("./cluster-config.ts")).clusterConfigOutput,
  },
  run: async (around, { flags }) => {
    const { printClusterConfig } = await import("./cluster-config.ts");
    await printClusterConfig(await around.admin(), flags);
    return undefined;
  },
};
