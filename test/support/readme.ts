import { projectText } from "./project-files.ts";

/** The commands that a page shows: every line of its blocks that are marked `sh`. */
export function commandsOf(page: string): string[] {
  return [...projectText(page).matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = ""]) =>
    block.split("\n").filter(Boolean),
  );
}

/** The text of the first block of a page after a line that ends with this. */
export function blockAfter(page: string, end: string): string {
  const text = projectText(page);
  const at = text.indexOf(`${end}\n\n\`\`\``);
  const found = at < 0 ? undefined : /^```\w*\n(.*?)^```$/ms.exec(text.slice(at + end.length));
  if (found?.[1] === undefined) throw new Error(`${page}: there is no block after ${end}`);
  return found[1];
}
