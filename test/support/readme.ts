import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = fileURLToPath(new URL("../../", import.meta.url));

/** The commands that a page shows: every line of its blocks that are marked `sh`. */
export function commandsOf(page: string): string[] {
  const text = readFileSync(join(checkout, page), "utf8");
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = ""]) =>
    block.split("\n").filter(Boolean),
  );
}
