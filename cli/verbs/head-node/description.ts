import { NETWORK_FLAGS } from "../../stack/network-flags.ts";
import { STACK_FLAGS } from "../../stack/stack-flags.ts";
import type { Flags, VerbDescription } from "../../verb.ts";

export const publishVerb = {
  name: "headnode publish",
  group: "administration",
  summary: "put the agent's packages into the job bucket",
  arguments: {},
  flags: STACK_FLAGS,
  examples: ["headnode publish --stage prod"],
  output: "object",
} as const satisfies VerbDescription;

/** Common to the verbs that reach the Head Node. */
const ON_HEAD_NODE = {
  group: "administration",
  arguments: {},
  flags: {
    ...STACK_FLAGS,
    clusterName: { value: "name", help: "find the Head Node by the name of its ParallelCluster" },
    instanceId: { value: "id", help: "the instance id of the Head Node" },
  } satisfies Flags,
  output: "object",
} as const;

export const installVerb = {
  ...ON_HEAD_NODE,
  name: "headnode install",
  summary: "install the agent on an existing cluster, and publish it if necessary",
  flags: { ...ON_HEAD_NODE.flags, ...NETWORK_FLAGS },
  examples: ["headnode install --stage prod --cluster-name mycluster"],
} as const satisfies VerbDescription;

export const updateVerb = {
  ...ON_HEAD_NODE,
  name: "headnode update",
  summary: "the same, for a Head Node with an older agent",
  flags: { ...ON_HEAD_NODE.flags, ...NETWORK_FLAGS },
  examples: ["headnode update --stage prod"],
} as const satisfies VerbDescription;

export const headNodeStatusVerb = {
  ...ON_HEAD_NODE,
  name: "headnode status",
  summary: "show what is installed and whether it runs",
  examples: ["headnode status --stage prod"],
} as const satisfies VerbDescription;

export const uninstallVerb = {
  ...ON_HEAD_NODE,
  name: "headnode uninstall",
  summary: "remove the agent; its journal and work folders are kept",
  flags: {
    ...ON_HEAD_NODE.flags,
    purge: { help: "also remove the journal and the work folders" },
  },
  examples: ["headnode uninstall --stage prod --purge"],
} as const satisfies VerbDescription;
