import type { Heartbeat, Partition } from "../../../protocol/heartbeat.ts";
import { printable } from "../../ui/printable.ts";
import { completeState, type NodeGroup, nodeGroups } from "./cluster-view.ts";
import { slurmDuration, timeLimit } from "./durations.ts";
import { nodeList } from "./node-names.ts";
import { slurmTime } from "./slurm-time.ts";
import { SLURM_VERSION } from "./slurm-version.ts";

function joined(lines: readonly string[], isOneLine: boolean): string {
  return isOneLine
    ? `${lines.map(printable).join(" ")}\n`
    : `${lines.map(printable).join("\n   ")}\n\n`;
}

/**
 * A partition as `scontrol show partition` shows it: what the cluster tells of it, and Slurm's usual settings for the rest.
 * Source: `slurm_sprint_partition_info` in src/api/partition_info.c, 24.05.
 */
export function partitionText(partition: Partition, isOneLine: boolean): string {
  const groups = nodeGroups([partition]);
  const count = groups.reduce((sum, { names }) => sum + names.length, 0);
  const cpus = groups.reduce((sum, group) => sum + group.cpus * group.names.length, 0);
  const memory = groups.reduce((sum, group) => sum + group.memoryMb * group.names.length, 0);
  const limit = timeLimit(partition.timeLimit);
  const most =
    limit === undefined || limit === "UNLIMITED" ? "UNLIMITED" : slurmDuration(limit * 60);
  const names = nodeList(groups.flatMap((group) => group.names));
  return joined(
    [
      `PartitionName=${partition.name}`,
      "AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL",
      `AllocNodes=ALL Default=${partition.isDefault ? "YES" : "NO"} QoS=N/A`,
      "DefaultTime=NONE DisableRootJobs=NO ExclusiveUser=NO ExclusiveTopo=NO GraceTime=0 Hidden=NO",
      `MaxNodes=UNLIMITED MaxTime=${most} MinNodes=0 LLN=NO MaxCPUsPerNode=UNLIMITED MaxCPUsPerSocket=UNLIMITED`,
      `Nodes=${names === "" ? "(null)" : names}`,
      "PriorityJobFactor=1 PriorityTier=1 RootOnly=NO ReqResv=NO OverSubscribe=NO",
      "OverTimeLimit=NONE PreemptMode=OFF",
      `State=${stateWord(partition.state)} TotalCPUs=${cpus} TotalNodes=${count} SelectTypeParameters=NONE`,
      "JobDefaults=(null)",
      "DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED",
      `TRES=cpu=${cpus},mem=${memory}M,node=${count},billing=${cpus}`,
    ],
    isOneLine,
  );
}

/** `up` as sinfo has it, and `UP` as scontrol does. */
function stateWord(state: string): string {
  return state.startsWith("inact") ? "INACTIVE" : state.toUpperCase();
}

/** A node as `scontrol show node` shows it, as far as the cluster tells of nodes. */
export function nodeText(name: string, groups: readonly NodeGroup[], isOneLine: boolean): string {
  const mine = groups.filter((group) => group.names.includes(name));
  const [first] = mine;
  if (!first) return "";
  return joined(
    [
      `NodeName=${name} `,
      `CPUTot=${first.cpus}`,
      `Gres=${first.gres}`,
      `NodeAddr=${name} NodeHostName=${name} `,
      `RealMemory=${first.memoryMb}`,
      `State=${completeState(first.state)}`,
      `Partitions=${[...new Set(mine.map(({ partition }) => partition.name))].join(",")} `,
      `CfgTRES=cpu=${first.cpus},mem=${first.memoryMb}M,billing=${first.cpus}`,
    ],
    isOneLine,
  );
}

/** Slurm's own, where the agent tells of none. Source: slurm.conf(5). */
const MAX_ARRAY_SIZE = 1001;

/** `scontrol show config`, as far as the cluster tells of it. */
export function configText({ host, slurm }: Heartbeat, cluster: string, now: Date): string {
  const rows: readonly [string, string][] = [
    ["ClusterName", cluster],
    ["MaxArraySize", String(slurm.maxArraySize ?? MAX_ARRAY_SIZE)],
    ["MinJobAge", `${slurm.minJobAgeSeconds ?? 300} sec`],
    [
      "SLURM_VERSION",
      slurm.version?.replace(/^slurm(?:-wlm)? /, "") ?? SLURM_VERSION.replace("slurm ", ""),
    ],
    ["SlurmctldHost[0]", host],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(23)} = ${printable(value)}`);
  return `Configuration data as of ${slurmTime(now)}\n${lines.join("\n")}\n\n`;
}
