import { isDeepStrictEqual } from "node:util";
import { readBoard } from "../../../bucket/job-objects/board.ts";
import { readHeartbeat } from "../../../bucket/job-objects/heartbeat.ts";
import { askAlone } from "../ask-alone.ts";
import { knownBoard } from "../board-id.ts";
import { knownPartition, notePartition } from "../default-partition.ts";
import { isAnyLeft } from "../fetcher/left-work.ts";
import { startFetcher } from "../fetcher/start.ts";
import type { JobFile } from "../job-file.ts";
import { JobFiles } from "../job-files.ts";
import type { SlurmContext } from "../slurm-context.ts";
import { needsFetcher } from "../standing.ts";
import type { ViewSource } from "./view-world.ts";

/**
 * The bucket and the state folder of a context. Results that are still to come are seen to, whoever asks.
 *
 * @param start starts the fetcher
 */
export function realSource(
  slurm: SlurmContext,
  start: (slurm: SlurmContext) => Promise<void> = startFetcher,
): ViewSource {
  const { context, folders } = slurm;
  const jobs = new JobFiles(folders.jobs);
  const heartbeat = async () => {
    const read = await readHeartbeat(context.store);
    if (read) await notePartition(folders, read);
    return read;
  };
  return {
    files: async () => {
      const files = await jobs.listNewest();
      if (files.some(needsFetcher) || (await isAnyLeft(folders))) await start(slurm);
      // The oldest first, as Slurm has them.
      return files.toReversed();
    },
    board: async () => {
      const id = await knownBoard(folders);
      const got = id === undefined ? undefined : await readBoard(context.store, id);
      return got === "unchanged" ? undefined : got?.board;
    },
    reread: async (file) => {
      const last = await askAlone(context.store, file);
      return keep(jobs, file, {
        ...file,
        ...(last && { last }),
        lastAt: context.now().toISOString(),
      });
    },
    heartbeat,
    usualPartition: async (asks) => {
      const known = await knownPartition(folders);
      if (known !== undefined || !asks) return known;
      const read = await heartbeat().catch(() => undefined);
      return read?.partitions?.find(({ isDefault }) => isDefault)?.name;
    },
  };
}

/**
 * Writes what was learnt, so that nobody has to ask for it again. The fetcher writes the same files: one that has changed
 * since it was read is left as it is.
 */
async function keep(jobs: JobFiles, seen: JobFile, learnt: JobFile): Promise<JobFile> {
  const now = await jobs.read(seen.id);
  if (isDeepStrictEqual(now, seen)) await jobs.write(learnt).catch(() => undefined);
  return learnt;
}
