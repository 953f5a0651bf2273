import type { Partition } from "../../../protocol/heartbeat.ts";
import { compactNodeState, completeState, usage } from "./cluster-view.ts";
import type { Cell, ColumnField } from "./columns.ts";
import { squeueDuration, timeLimit } from "./durations.ts";
import { nodeList } from "./node-names.ts";

/** A row of sinfo: nodes of a partition that are shown together. */
export interface SinfoRow {
  partition: Partition;
  names: readonly string[];
  /** How many of them are allocated, idle and other. */
  counts: { allocated: number; idle: number; other: number };
  /** "": no nodes. */
  state: string;
  /** Of the smallest node; with `+` behind it where others are larger. */
  cpus: string;
  memory: string;
  gres: string;
  /** CPUs of all nodes by their use, as far as the states tell. */
  allCpus: { allocated: number; idle: number; other: number };
}

type Field = ColumnField<SinfoRow>;

function field(
  name: string,
  letter: string,
  header: string,
  cell: Field["cell"],
  more: Partial<Field> = {},
): Field {
  return { name, ...(letter !== "" && { letter }), header, cell, ...more };
}

/** A field that the cluster tells nothing of, as Slurm shows it where there is nothing. */
function fixed(name: string, letter: string, header: string, text: Cell): Field {
  return field(name, letter, header, () => text);
}

const ofNodes = (row: SinfoRow, text: string): string => (row.state === "" ? "n/a" : text);
const total = ({ allocated, idle, other }: SinfoRow["counts"]): number => allocated + idle + other;

/** `*` behind the default partition; in its place where the name takes up the whole width. */
function partitionName({ partition }: SinfoRow, columnWidth: number): string {
  const { name, isDefault } = partition;
  if (!isDefault) return name;
  return columnWidth === 0 || name.length < columnWidth
    ? `${name}*`
    : `${name.slice(0, columnWidth - 1)}*`;
}

function limit({ partition }: SinfoRow): string {
  const most = timeLimit(partition.timeLimit);
  if (most === undefined) return partition.timeLimit;
  return most === "UNLIMITED" ? "infinite" : squeueDuration(most * 60);
}

/** All fields of sinfo. Source: `fmt_data` in src/sinfo/opts.c, 24.05. */
export const SINFO_FIELDS: readonly Field[] = [
  fixed("AllocMem", "", "ALLOCMEM", "n/a"),
  fixed("AllocNodes", "S", "ALLOCNODES", "all"),
  field("Available", "a", "AVAIL", ({ partition }) => partition.state),
  fixed("Cluster", "V", "CLUSTER", null),
  fixed("Comment", "", "COMMENT", null),
  fixed("Cores", "Y", "CORES", "n/a"),
  field("CPUs", "c", "CPUS", ({ cpus }) => cpus),
  fixed("CPUsLoad", "O", "CPU_LOAD", "N/A"),
  field(
    "CPUsState",
    "C",
    "CPUS(A/I/O/T)",
    ({ allCpus: { allocated, idle, other } }) =>
      `${allocated}/${idle}/${other}/${allocated + idle + other}`,
  ),
  fixed("DefaultTime", "L", "DEFAULTTIME", "n/a"),
  fixed("Disk", "d", "TMP_DISK", "0"),
  fixed("Extra", "", "EXTRA", null),
  fixed("Features", "f", "AVAIL_FEATURES", "(null)"),
  fixed("features_act", "b", "ACTIVE_FEATURES", "(null)"),
  fixed("FreeMem", "e", "FREE_MEM", "N/A"),
  field("Gres", "G", "GRES", ({ gres }) => gres),
  fixed("GresUsed", "", "GRES_USED", "n/a"),
  fixed("Groups", "g", "GROUPS", "all"),
  fixed("MaxCPUsPerNode", "B", "MAX_CPUS_PER_NODE", "UNLIMITED"),
  field("Memory", "m", "MEMORY", ({ memory }) => memory),
  field("NodeAddr", "o", "NODE_ADDR", ({ names }) => nodeList(names), { hasWholeHeader: true }),
  field("NodeAI", "A", "NODES(A/I)", ({ counts }) => `${counts.allocated}/${counts.idle}`),
  field(
    "NodeAIOT",
    "F",
    "NODES(A/I/O/T)",
    ({ counts }) => `${counts.allocated}/${counts.idle}/${counts.other}/${total(counts)}`,
  ),
  field("NodeHost", "n", "HOSTNAMES", ({ names }) => nodeList(names), { hasWholeHeader: true }),
  field("NodeList", "N", "NODELIST", ({ names }) => nodeList(names), { hasWholeHeader: true }),
  field("Nodes", "D", "NODES", ({ names }) => String(names.length)),
  fixed("OverSubscribe", "h", "OVERSUBSCRIBE", "NO"),
  field("Partition", "P", "PARTITION", partitionName),
  field("PartitionName", "R", "PARTITION", ({ partition }) => partition.name),
  fixed("Port", "", "PORT", "6818"),
  fixed("PreemptMode", "M", "PREEMPT_MODE", "OFF"),
  fixed("PriorityJobFactor", "I", "PRIO_JOB_FACTOR", "1"),
  fixed("PriorityTier", "p", "PRIO_TIER", "1"),
  fixed("Reason", "E", "REASON", "none"),
  fixed("Reservation", "i", "RESERVATION", ""),
  fixed("Root", "r", "ROOT", "no"),
  fixed("Share", "h", "OVERSUBSCRIBE", "NO"),
  fixed("Size", "s", "JOB_SIZE", "1-infinite"),
  fixed("Sockets", "X", "SOCKETS", "n/a"),
  fixed("SocketCoreThread", "z", "S:C:T", "n/a"),
  field("StateCompact", "t", "STATE", (row) => ofNodes(row, compactNodeState(row.state))),
  field("StateComplete", "", "STATECOMPLETE", (row) =>
    ofNodes(row, completeState(row.state).toLowerCase()),
  ),
  field("StateLong", "T", "STATE", (row) => ofNodes(row, row.state)),
  fixed("Threads", "Z", "THREADS", "n/a"),
  field("Time", "l", "TIMELIMIT", limit),
  fixed("TimeStamp", "H", "TIMESTAMP", "Unknown"),
  fixed("User", "u", "USER", "Unknown"),
  fixed("UserLong", "U", "USER", "Unknown"),
  fixed("Version", "v", "VERSION", "n/a"),
  fixed("Weight", "w", "WEIGHT", "1"),
];

/** Fields whose text does not part nodes from each other: they are counted or listed together. */
export const TOGETHER: ReadonlySet<string> = new Set([
  "CPUs",
  "CPUsState",
  "Memory",
  "NodeAddr",
  "NodeAI",
  "NodeAIOT",
  "NodeHost",
  "NodeList",
  "Nodes",
]);

/** How nodes in a state are counted. */
export function countsOf(state: string, count: number): SinfoRow["counts"] {
  return { allocated: 0, idle: 0, other: 0, [usage(state)]: count };
}
