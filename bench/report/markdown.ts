/** Milliseconds for a table. */
export const ms = (value: number) => value.toFixed(0);

/** Bytes in kilobytes for a table. */
export const kilobytes = (bytes: number) => (bytes / 1000).toFixed(0);

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

const begin = (name: string) => `<!-- measured: ${name} -->`;
const END = "<!-- end -->";

/**
 * Replaces what stands between `<!-- measured: NAME -->` and `<!-- end -->`, on whichever page that is.
 * @throws Error when no page, or more than one, has such a place
 */
export function replaceBlock(pages: readonly string[], name: string, text: string): string[] {
  if (pages.filter((page) => page.includes(begin(name))).length !== 1)
    throw new Error(`one page must have the block "${begin(name)}"`);
  return pages.map((page) => {
    const from = page.indexOf(begin(name));
    if (from < 0) return page;
    const to = page.indexOf(END, from);
    if (to < 0) throw new Error(`the block "${begin(name)}" has no "${END}"`);
    return `${page.slice(0, from)}${begin(name)}\n${text}\n${page.slice(to)}`;
  });
}
