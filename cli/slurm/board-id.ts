import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { boardIdSchema } from "../../protocol/board.ts";
import type { SlurmFolders } from "./slurm-context.ts";

/** The board of this user's jobs in a bucket; undefined: none was made yet. */
export async function knownBoard({ root }: SlurmFolders): Promise<string | undefined> {
  const text = await readFile(fileIn(root), "utf8").catch(() => "");
  return boardIdSchema.safeParse(text.trim()).data;
}

/**
 * The same; it is made once. Of several that make it at the same time, all get the one that was there first.
 *
 * @param secret a new id, by chance
 */
export async function boardId(folders: SlurmFolders, secret: () => string): Promise<string> {
  const known = await knownBoard(folders);
  if (known !== undefined) return known;
  const { root } = folders;
  await makeFolder(root, 0o700);
  const beside = join(root, `.${randomUUID()}`);
  const made = secret();
  try {
    await writeFile(beside, `${made}\n`, { mode: 0o600, flag: "wx" });
    // Fails where there is one: a rename would replace it.
    await link(beside, fileIn(root));
    return made;
  } catch (error) {
    const first = await knownBoard(folders);
    if (first === undefined) throw error;
    return first;
  } finally {
    await rm(beside, { force: true });
  }
}

function fileIn(root: string): string {
  return join(root, "board");
}
