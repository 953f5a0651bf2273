/** Slurm takes no larger id. Source: slurm.conf(5), MaxArraySize. */
const TASK_ID_MAX = 4_000_000;

/**
 * The ids in a list of array tasks, such as `1-4`, `1,3,5-7%2` or `0-10:5`. Source: sbatch(1), `--array`.
 *
 * @param most ids, repeated ones too
 * @returns undefined when it is no such list, or has more
 */
export function parseTaskIds(list: string, most = Infinity): Set<number> | undefined {
  const ids = new Set<number>();
  let left = most;
  for (const part of list.replace(/%\d+$/, "").split(",")) {
    const [, first, last, step] = /^(\d{1,7})(?:-(\d{1,7})(?::(\d{1,7}))?)?$/.exec(part) ?? [];
    if (first === undefined || Number(last ?? first) > TASK_ID_MAX || step === "0")
      return undefined;
    for (let id = Number(first); id <= Number(last ?? first); id += Number(step ?? 1)) {
      if (left-- <= 0) return undefined;
      ids.add(id);
    }
  }
  return ids;
}

/** Ids as ranges, such as `13,17-19`; "" for none. */
export function formatTaskIds(ids: Iterable<number>): string {
  const ranges: [first: number, last: number][] = [];
  for (const id of [...new Set(ids)].toSorted((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range && range[1] === id - 1) range[1] = id;
    else ranges.push([id, id]);
  }
  return ranges
    .map(([first, last]) => (first === last ? String(first) : `${first}-${last}`))
    .join(",");
}
