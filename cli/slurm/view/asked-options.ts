import { ALLOWED, LETTERS } from "../../../protocol/sbatch-option-table.ts";

/** Options that are not in the table of those that may be passed on, and their letters. */
const OTHERS: Readonly<Record<string, string>> = { H: "hold" };

/** Options for sbatch by their long names; those without a value have "". The last one of a name counts, as for sbatch. */
export function askedOptions(options: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < options.length; at += 1) {
    const word = options[at] ?? "";
    const [, long, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const [, letter = "", rest = ""] = /^-([A-Za-z])(.*)$/s.exec(word) ?? [];
    const name = long ?? LETTERS[letter] ?? OTHERS[letter];
    if (name === undefined) continue;
    const given = long === undefined ? rest : value;
    const isApart = (given === undefined || given === "") && ALLOWED.get(name) === "required";
    if (isApart) at += 1;
    found.set(name, isApart ? (options[at] ?? "") : (given ?? ""));
  }
  return found;
}
