import type { Partition } from "../../../protocol/heartbeat.ts";
import { type NodeGroup, nodeGroups } from "./cluster-view.ts";
import type { Column } from "./columns.ts";
import { countsOf, type SinfoRow, TOGETHER } from "./sinfo-fields.ts";

/** Which nodes are shown. */
export interface SinfoChoice {
  isWanted: (name: string, state: string) => boolean;
  /** A line for each node. */
  byNode: boolean;
  /** Nodes of different sizes stand apart. */
  isExact: boolean;
  /** Partitions without nodes are shown, too. */
  hasEmpty: boolean;
}

/**
 * The rows of sinfo: nodes of a partition that look the same in the columns that are shown stand together.
 * Source: `_build_sinfo_data` and `_match_node_data` in src/sinfo/sinfo.c, 24.05.
 */
export function sinfoRows(
  partitions: readonly Partition[],
  columns: readonly Column<SinfoRow>[],
  choice: SinfoChoice,
): SinfoRow[] {
  const showsPartition = columns.some(({ field }) => field?.name.startsWith("Partition"));
  const rows = partitions.flatMap((partition) => {
    const groups = nodeGroups([partition])
      .map((group) => ({
        ...group,
        names: group.names.filter((name) => choice.isWanted(name, group.state)),
      }))
      .filter(({ names }) => names.length > 0);
    if (groups.length === 0) return choice.hasEmpty && showsPartition ? [emptyRow(partition)] : [];
    const each = choice.byNode
      ? groups.flatMap((group) => group.names.map((name) => ({ ...group, names: [name] })))
      : groups;
    return each.map(rowOf);
  });
  const merged = new Map<string, SinfoRow>();
  for (const row of rows) {
    const cells = columns.map(({ field }) => {
      if (
        !field ||
        (TOGETHER.has(field.name) && !(choice.isExact && /^(?:CPUs|Memory)$/.test(field.name)))
      )
        return "";
      return field.cell(row, 0);
    });
    const key = JSON.stringify([cells, choice.byNode && row.names]);
    const other = merged.get(key);
    merged.set(key, other ? together(other, row) : row);
  }
  const all = [...merged.values()];
  return choice.byNode ? all.toSorted((a, b) => compare(a.names[0] ?? "", b.names[0] ?? "")) : all;
}

/** Names in the order of their letters and numbers. */
function compare(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function emptyRow(partition: Partition): SinfoRow {
  const none = { allocated: 0, idle: 0, other: 0 };
  return {
    partition,
    names: [],
    counts: none,
    state: "",
    cpus: "0",
    memory: "0",
    gres: "",
    allCpus: none,
  };
}

function rowOf({ partition, names, state, cpus, memoryMb, gres }: NodeGroup): SinfoRow {
  return {
    partition,
    names,
    counts: countsOf(state, names.length),
    state,
    cpus: String(cpus),
    memory: String(memoryMb),
    gres,
    allCpus: countsOf(state, names.length * cpus),
  };
}

function together(a: SinfoRow, b: SinfoRow): SinfoRow {
  const sum = (x: SinfoRow["counts"], y: SinfoRow["counts"]) => ({
    allocated: x.allocated + y.allocated,
    idle: x.idle + y.idle,
    other: x.other + y.other,
  });
  const isSame = a.partition === b.partition || a.names.every((name) => !b.names.includes(name));
  return {
    ...a,
    names: [...new Set([...a.names, ...b.names])].toSorted(compare),
    // A node of several partitions counts once where the partition is not shown.
    counts: isSame ? sum(a.counts, b.counts) : a.counts,
    allCpus: isSame ? sum(a.allCpus, b.allCpus) : a.allCpus,
    cpus: least(a.cpus, b.cpus),
    memory: least(a.memory, b.memory),
  };
}

/** `4+` for nodes with 4 and more. */
function least(a: string, b: string): string {
  if (a === b) return a;
  return `${Math.min(Number.parseInt(a, 10), Number.parseInt(b, 10))}+`;
}
