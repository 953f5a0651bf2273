import { basename } from "node:path/posix";
import { editDistance } from "../../protocol/edit-distance.ts";

const NAMES_MAX = 3;
/** Longer names are compared by their beginnings. */
const COMPARED = 200;

/** Up to three of the names that one may have been meant for: the same in another folder, below it, or nearly it. */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  const own = plain(wanted);
  const most = Math.max(2, Math.floor(own.length / 4));
  const scored = names.flatMap((name) => {
    const score = distance(own, plain(name), most);
    return score === undefined ? [] : [{ name, score }];
  });
  return scored
    .toSorted((a, b) => a.score - b.score)
    .slice(0, NAMES_MAX)
    .map(({ name }) => name);
}

function distance(own: string, name: string, most: number): number | undefined {
  if (own === name) return 0;
  if (own !== "" && basename(own) === basename(name)) return 0.5;
  if (own !== "" && name.startsWith(`${own}/`)) return 0.75;
  if (Math.abs(own.length - name.length) > most) return undefined;
  const edits = editDistance(own, name);
  return edits <= most ? edits : undefined;
}

function plain(name: string): string {
  return name
    .slice(0, COMPARED)
    .toLowerCase()
    .replace(/^(\.?\/)+|\/+$/g, "");
}
