import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = fileURLToPath(new URL("../../", import.meta.url));

/** Folders of fetched or generated files. */
const MADE = new Set(["node_modules", "dist", "coverage"]);
/** Folders of the project whose names begin with a dot. */
const HIDDEN = new Set([".ci"]);

/** Every file and folder of the project, by its path from the checkout; folders end in "/". */
export function projectFiles(folder = ""): string[] {
  return readdirSync(join(checkout, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder + entry.name;
    if (!entry.isDirectory()) return [path];
    if (MADE.has(entry.name) || (entry.name.startsWith(".") && !HIDDEN.has(entry.name))) return [];
    return [`${path}/`, ...projectFiles(`${path}/`)];
  });
}

/** The text of one of them. */
export function projectText(path: string): string {
  return readFileSync(join(checkout, path), "utf8");
}
