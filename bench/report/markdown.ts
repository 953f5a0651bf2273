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
 * Replaces what stands between `<!-- measured: NAME -->` and `<!-- end -->`.
 * @throws Error when the page has no such place
 */
export function replaceBlock(page: string, name: string, text: string): string {
  const from = page.indexOf(begin(name));
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`the page has no block "${begin(name)}"`);
  return `${page.slice(0, from)}${begin(name)}\n${text}\n${page.slice(to)}`;
}
