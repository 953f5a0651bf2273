import type { Partition } from "../../protocol/heartbeat.ts";
import type { SlurmCommand } from "./command.ts";
import { newMark, rowsAtMarks } from "./marked-rows.ts";
import type { MarkedRow } from "./row-reader.ts";
import { READING_ENV } from "./squeue.ts";

/** Longer than Slurm's own time-out for a message, 10 s by default (slurm.conf(5), MessageTimeout). */
const TIMEOUT_MS = 15_000;

/** Fields of sinfo, by its letters. Source: sinfo(1), `--format`, Slurm 22.05 to 26.05. */
const FIELDS = ["P", "a", "l", "D", "T", "c", "m", "G", "N"] as const;
type Row = MarkedRow<(typeof FIELDS)[number]>;

/** Values that Slurm writes into each field. */
const PATTERNS: Readonly<Record<keyof Row, RegExp>> = {
  // A star is behind the default partition's.
  P: /^[^\s*]{1,256}\*?$/,
  a: /^(up|down|drain|inactive|unknown)$/,
  l: /^(infinite|n\/a|\d+(-\d+)?(:\d+)*)$/,
  D: /^\d{1,9}$/,
  T: /^(n\/a|[a-z_]+[-*~#!%$@^+]?)$/,
  // Of nodes that differ, the least with a sign.
  c: /^\d+(\.\d+)?[KMGTP]?\+?$/,
  m: /^\d+\+?$/,
  G: /^\S{1,1024}$/,
  N: /^\S*$/,
};

/**
 * Partitions and their nodes, as sinfo shows it; it never throws.
 *
 * @returns undefined when Slurm does not answer, or with something that sinfo never prints
 */
export async function partitions(run: SlurmCommand): Promise<Partition[] | undefined> {
  const mark = newMark();
  const format = FIELDS.map((field) => `%${field}${mark}`).join("");
  try {
    const args = ["--noheader", "--local", `--format=${format}`];
    const done = await run("sinfo", args, { env: READING_ENV, timeoutMs: TIMEOUT_MS });
    if (done.code !== 0) return undefined;
    return partitionsOf(rowsAtMarks(done.stdout, mark, FIELDS).map(trimmed));
  } catch {
    return undefined;
  }
}

function trimmed(row: Row): Row {
  return Object.fromEntries(FIELDS.map((field) => [field, row[field].trim()])) as Row;
}

function partitionsOf(rows: readonly Row[]): Partition[] | undefined {
  const all = new Map<string, Partition>();
  for (const row of rows) {
    // Nodes that are in no partition.
    if (row.P === "n/a") continue;
    if (!FIELDS.every((field) => PATTERNS[field].test(row[field]))) return undefined;
    const name = row.P.replace(/\*$/, "");
    const isDefault = row.P.endsWith("*");
    const known = all.get(name);
    const one = known ?? { name, isDefault, state: row.a, timeLimit: row.l, nodes: [] };
    all.set(name, one);
    const count = Number(row.D);
    // A partition without nodes has a row, too.
    if (count > 0)
      one.nodes.push({
        state: row.T,
        count,
        names: row.N,
        cpus: row.c,
        memoryMb: row.m,
        gres: row.G,
      });
  }
  return [...all.values()];
}
