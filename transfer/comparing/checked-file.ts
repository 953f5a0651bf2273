import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { replaceFile } from "../../bucket/disk/replace-file.ts";

/**
 * Reads what writeChecked wrote under the same title; undefined when there is nothing, or what is there is torn,
 * foreign or of another version.
 */
export async function readChecked(path: string, title: string): Promise<string | undefined> {
  const content = await readFile(path, "utf8").catch(() => "");
  const end = content.indexOf("\n");
  const text = content.slice(end + 1);
  return content.slice(0, end) === `${title} ${checksum(text)}` ? text : undefined;
}

/**
 * Keeps a text for later runs, for its owner alone. A failure to write it is not an error: its readers can do
 * without.
 *
 * @returns whether it was written
 */
export async function writeChecked(path: string, title: string, text: string): Promise<boolean> {
  try {
    await makeFolder(dirname(path), 0o700);
    await replaceFile(path, `${title} ${checksum(text)}\n${text}`);
    return true;
  } catch {
    return false;
  }
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
