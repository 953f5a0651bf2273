/** So many names at most are made of one list. Source: MAX_RANGE of Slurm's src/common/hostlist.c. */
const NAMES_MAX = 65_536;

/**
 * The names in a list of nodes, such as `a[1-3,07],b`. Source: slurm.conf(5), "NodeName".
 *
 * @returns undefined when it is no such list, or has too many names
 */
export function nodeNames(list: string): string[] | undefined {
  const names: string[] = [];
  for (const part of splitOutside(list)) {
    const some = expand(part, NAMES_MAX - names.length);
    if (!some) return undefined;
    names.push(...some);
  }
  return names;
}

/** A list at its commas outside of brackets, without empty parts. */
function splitOutside(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const char of list) {
    if (char === "[") depth += 1;
    if (char === "]") depth -= 1;
    if (depth === 0 && /[,\s]/.test(char)) {
      parts.push(part);
      part = "";
    } else part += char;
  }
  return [...parts, part].filter((one) => one !== "");
}

function expand(part: string, most: number): string[] | undefined {
  const bracket = /^([^[\]]*)\[([^[\]]*)\](.*)$/s.exec(part);
  if (!bracket) return /[[\]]/.test(part) || most < 1 ? undefined : [part];
  const [, before = "", ranges = "", after = ""] = bracket;
  const rest = expand(after, most);
  if (!rest) return undefined;
  const names: string[] = [];
  for (const range of ranges.split(",")) {
    const [, first, last] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range) ?? [];
    if (first === undefined || Number(last ?? first) < Number(first)) return undefined;
    for (let id = Number(first); id <= Number(last ?? first); id += 1) {
      const name = `${before}${String(id).padStart(first.length, "0")}`;
      names.push(...rest.map((end) => `${name}${end}`));
      if (names.length > most) return undefined;
    }
  }
  return names;
}

/** Names as a list in Slurm's notation, in their order: what follows one another in number is a range. */
export function nodeList(names: readonly string[]): string {
  const groups: { before: string; ranges: [first: string, last: string][] }[] = [];
  for (const name of names) {
    const [, before = "", digits = ""] = /^(.*?)(\d{0,9})$/s.exec(name) ?? [];
    const group = groups.at(-1);
    const range = group?.ranges.at(-1);
    if (
      group === undefined ||
      range === undefined ||
      group.before !== before ||
      digits === "" ||
      range[1] === ""
    ) {
      groups.push({ before, ranges: [[digits, digits]] });
    } else if (follows(range[1], digits)) range[1] = digits;
    else group.ranges.push([digits, digits]);
  }
  return groups
    .map(({ before, ranges }) => {
      const text = ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`));
      const isOne = text.length === 1 && !text[0]?.includes("-");
      return isOne ? `${before}${text[0]}` : `${before}[${text.join(",")}]`;
    })
    .join(",");
}

/** Whether a number is the next one, with as many digits as it has to have. */
function follows(last: string, next: string): boolean {
  return String(Number(last) + 1).padStart(last.length, "0") === next;
}
