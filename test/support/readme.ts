import { projectText } from "./project-files.ts";

/** The commands that a page shows: every line of its blocks that are marked `sh`. */
export function commandsOf(page: string): string[] {
  return [...projectText(page).matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = ""]) =>
    block.split("\n").filter(Boolean),
  );
}
