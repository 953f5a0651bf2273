import { type Heartbeat, isAlive, type Partition } from "../../../protocol/heartbeat.ts";
import { SlurmError } from "../slurm-error.ts";
import { nodeNames } from "./node-names.ts";
import type { ViewWorld } from "./view-world.ts";

/** Some nodes of a partition that are alike. */
export interface NodeGroup {
  partition: Partition;
  names: readonly string[];
  /** As sinfo has it, with its sign, such as `idle~`; "": the partition has no nodes. */
  state: string;
  cpus: number;
  memoryMb: number;
  gres: string;
}

/**
 * The cluster as the agent told of it last.
 *
 * @throws SlurmError when it told nothing, as Slurm's own command does when slurmctld does not answer
 */
export async function readCluster(
  { source }: Pick<ViewWorld, "source">,
  problem: string,
): Promise<Heartbeat & { partitions: Partition[] }> {
  const heartbeat = await source.heartbeat();
  if (!heartbeat)
    throw new SlurmError([`${problem}: Unable to contact slurm controller (connect failure)`]);
  const { partitions = [] } = heartbeat;
  return { ...heartbeat, partitions };
}

/** Whether the agent and Slurm answer. */
export function isUp(heartbeat: Heartbeat, now: Date): boolean {
  return isAlive(heartbeat, now) && heartbeat.slurm.state === "ok";
}

/** Nodes by partition and state. */
export function nodeGroups(partitions: readonly Partition[]): NodeGroup[] {
  return partitions.flatMap((partition) =>
    partition.nodes.map(({ names, state, cpus, memoryMb, gres }) => ({
      partition,
      names: nodeNames(names) ?? [names],
      state,
      cpus: Number.parseInt(cpus, 10) || 0,
      memoryMb: Number.parseInt(memoryMb, 10) || 0,
      gres,
    })),
  );
}

/** Signs behind a state of sinfo, and what scontrol calls them. Source: sinfo(1), "NODE STATE CODES". */
const SIGNS: Readonly<Record<string, string>> = {
  "*": "NOT_RESPONDING",
  "~": "POWERED_DOWN",
  "#": "POWERING_UP",
  "%": "POWERING_DOWN",
  $: "MAINTENANCE",
  "@": "REBOOT_REQUESTED",
  "!": "POWER_DOWN",
  "^": "REBOOT_ISSUED",
  "-": "PLANNED",
  "+": "COMPLETING",
};

/** A state of sinfo as scontrol has it, `IDLE+POWERED_DOWN`. */
export function completeState(state: string): string {
  const [, word = "", sign = ""] = /^(.*?)([*~#%$@!^+-]?)$/s.exec(state) ?? [];
  const upper = word.toUpperCase();
  const base = upper === "DRAINED" ? "IDLE+DRAIN" : upper === "DRAINING" ? "MIXED+DRAIN" : upper;
  return [base, SIGNS[sign]].filter((one) => one !== undefined).join("+");
}

/** Short words for states of nodes. Source: `node_state_string_compact` in src/common/slurm_protocol_defs.c, 24.05. */
const COMPACT: Readonly<Record<string, string>> = {
  allocated: "alloc",
  completing: "comp",
  draining: "drng",
  drained: "drain",
  failing: "failg",
  future: "futr",
  mixed: "mix",
  planned: "plnd",
  powered_down: "powered_dn",
  powering_down: "powring_dn",
  power_down: "pow_dn",
  power_up: "pow_up",
  reserved: "resv",
  resume: "resm",
  unknown: "unk",
  blocked: "block",
};

/** A state as sinfo shows it in short, `mix#`. */
export function compactNodeState(state: string): string {
  const [, word = "", sign = ""] = /^(.*?)([*~#%$@!^+-]?)$/s.exec(state) ?? [];
  return `${COMPACT[word] ?? word}${sign}`;
}

/** Where a state counts for `A/I/O/T`: allocated, idle or other. Source: `_update_sinfo` in src/sinfo/sinfo.c. */
export function usage(state: string): "allocated" | "idle" | "other" {
  const [word = ""] = /^[a-z_]+/i.exec(state) ?? [];
  if (/^(?:allocated|mixed|completing)$/.test(word)) return "allocated";
  return /^(?:idle|planned|reserved|powered_down)$/.test(word) && !state.endsWith("*")
    ? "idle"
    : "other";
}
