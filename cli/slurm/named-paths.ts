import { dirname, normalize } from "node:path";

/** Something that a text may mean by an absolute path. */
export interface NamedPath {
  path: string;
  /** The text goes on with what only the job knows, such as a variable or a pattern: it means something in this folder. */
  isFolderOfMore: boolean;
}

/** So many places of a text are looked at: each is looked for on the disk. */
const PLACES_MAX = 1_000;
/** Longest path of the system. Source: Linux, PATH_MAX. */
const PATH_MAX = 4_096;

/** Before a path, these show that it is the rest of a longer one: as the cluster's side has it (origin-paths.ts). */
const BEGIN = /(?<![A-Za-z0-9_+@%~\u0080-\uffff./})-])\/(?=[^/\s])/g;
/** A shell's own, which ends a word that is in no quotes. */
const ENDS = /[\s"'`;|&<>()]/;
/** Begins something that only the job knows. */
const UNKNOWN = /[$`*?[{%]/;

/**
 * Absolute paths in a text, such as a job script: as words of a shell, with backslashes, in quotes, after `=` and `>`. Lines that
 * are comments name none.
 *
 * @returns for each place in the text what it may mean, the likeliest first: a name may hold the characters that end it elsewhere
 */
export function namedPaths(text: string): NamedPath[][] {
  const found = new Map<string, NamedPath[]>();
  for (const line of text.split("\n")) {
    if (/^\s*#(?!SBATCH\s)/.test(line)) continue;
    for (const { index } of line.matchAll(BEGIN)) {
      const words = [quotedAt(line, index), wordAt(line, index)].filter((one) => one !== undefined);
      const all = [...words, ...words.map((word) => word.replace(/[:,=].*$/s, ""))];
      const meant = [...new Set(all)].flatMap((word) => pathOf(word) ?? []);
      if (meant.length > 0) found.set(JSON.stringify(meant), meant);
      if (found.size >= PLACES_MAX) return [...found.values()];
    }
  }
  return [...found.values()];
}

/** The text in the quotes that a path begins in. */
function quotedAt(line: string, at: number): string | undefined {
  const quote = line.charAt(at - 1);
  if (quote !== '"' && quote !== "'") return undefined;
  const end = line.indexOf(quote, at);
  return end < 0 ? undefined : line.slice(at, end);
}

/** The word from a place on, without its backslashes. */
function wordAt(line: string, from: number): string {
  let word = "";
  for (let at = from; at < line.length; at++) {
    const one = line.charAt(at);
    if (one === "\\" && at + 1 < line.length) word += line.charAt(++at);
    else if (ENDS.test(one)) break;
    else word += one;
  }
  return word;
}

function pathOf(word: string): NamedPath | undefined {
  const more = word.search(UNKNOWN);
  const known = more < 0 ? word : dirname(`${word.slice(0, more)}x`);
  const path = normalize(known).replace(/\/+$/, "");
  if (path === "" || path.length > PATH_MAX || /\p{Cc}/u.test(path)) return undefined;
  return { path, isFolderOfMore: more >= 0 };
}
