import { hostname, userInfo } from "node:os";
<<<<<<< HEAD
import { readBoard } from "../../../bucket/job-objects/board.ts";
import { readHeartbeat } from "../../../bucket/job-objects/heartbeat.ts";
import { readRecord } from "../../../bucket/job-objects/record.ts";
import { knownBoard } from "../board-id.ts";
import { startFetcher } from "../fetcher/start.ts";
import type { JobFile } from "../job-file.ts";
import { JobFiles } from "../job-files.ts";
import { isAnyPending } from "../pending-jobs.ts";
import { type SlurmContext, slurmContext } from "../slurm-context.ts";
import { needsFetcher } from "../standing.ts";
=======
import { slurmContext } from "../slurm-context.ts";
>>>>>>> 25c41b23675790ceebd98e377571ee8fcd4b5bb4
import { groupName } from "./group-name.ts";
import { realSource } from "./real-source.ts";
import type { ViewCommand, ViewSource, ViewUser } from "./view-world.ts";

/** A command of this folder with the real world: by its environment, and on stdout and stderr. */
export function inView(command: ViewCommand) {
  return async (argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
    let opened: Promise<ViewSource> | undefined;
    const source = () => (opened ??= slurmContext(env).then((slurm) => realSource(slurm)));
    return command(argv, {
      source: {
        files: async () => (await source()).files(),
        board: async () => (await source()).board(),
        reread: async (file) => (await source()).reread(file),
        heartbeat: async () => (await source()).heartbeat(),
        usualPartition: async () => (await source()).usualPartition(),
      },
      user: await currentUser(),
      env,
      now: () => new Date(),
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
    });
  };
}

<<<<<<< HEAD
/** The bucket and the state folder of a context. Results that are still to come are seen to, whoever asks. */
function realSource(slurm: SlurmContext): ViewSource {
  const { context, folders } = slurm;
  return {
    files: async () => {
      const files = await new JobFiles(folders.jobs).listNewest();
      const isSomethingToDo = files.some(needsFetcher) || (await isAnyPending(folders));
      if (isSomethingToDo) await startFetcher(slurm);
      // The oldest first, as Slurm has them.
      return files.toReversed();
    },
    board: async () => {
      const id = await knownBoard(folders);
      const got = id === undefined ? undefined : await readBoard(context.store, id);
      return got === "unchanged" ? undefined : got?.board;
    },
    reread: async (file): Promise<JobFile> => {
      const record = await readRecord(context.store, file.prefix);
      return record?.submission === file.submission ? { ...file, last: jobOfRecord(record) } : file;
    },
    heartbeat: () => readHeartbeat(context.store),
  };
}

=======
>>>>>>> 25c41b23675790ceebd98e377571ee8fcd4b5bb4
/** The calling user; containers run under numbers that have no name. */
async function currentUser(): Promise<ViewUser> {
  const gid = process.getgid?.() ?? 0;
  const who = { uid: process.getuid?.() ?? 0, gid, group: await groupName(gid), host: hostname() };
  try {
    return { ...who, name: userInfo().username };
  } catch {
    return { ...who, name: String(who.uid) };
  }
}
