import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import type { Heartbeat } from "../../protocol/heartbeat.ts";
import type { SlurmFolders } from "./slurm-context.ts";

/**
 * The partition of jobs that ask for none, as the agent told of it when it was asked last; undefined: nobody has asked, or
 * there is none.
 */
export async function knownPartition({
  root,
}: Pick<SlurmFolders, "root">): Promise<string | undefined> {
  const text = await readFile(fileIn(root), "utf8").catch(() => "");
  return text.trim() || undefined;
}

/** Keeps what a heartbeat tells of it. What cannot be kept is asked for again. */
export async function notePartition(
  { root }: Pick<SlurmFolders, "root">,
  { partitions }: Pick<Heartbeat, "partitions">,
): Promise<string | undefined> {
  const name = partitions?.find(({ isDefault }) => isDefault)?.name;
  if (partitions === undefined || name === (await knownPartition({ root }))) return name;
  await makeFolder(root, 0o700)
    .then(async () => replaceFile(fileIn(root), `${name ?? ""}\n`, { mode: 0o600 }))
    .catch(() => undefined);
  return name;
}

function fileIn(root: string): string {
  return join(root, "partition");
}
