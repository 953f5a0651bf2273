import { hostname, userInfo } from "node:os";
import type { Context } from "../../context.ts";
import { bucketNow } from "../../jobs/bucket-clock.ts";
import { slurmContext } from "../slurm-context.ts";
import { groupName } from "./group-name.ts";
import { groupExists, userExists } from "./name-exists.ts";
import { realSource } from "./real-source.ts";
import type { ViewCommand, ViewSource, ViewUser } from "./view-world.ts";

/** A command of this folder with the real world: by its environment, and on stdout and stderr. */
export function inView(command: ViewCommand) {
  return async (argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
    let opened: Promise<ViewSource> | undefined;
    let context: Context | undefined;
    const open = async () => {
      const slurm = await slurmContext(env);
      ({ context } = slurm);
      return realSource(slurm);
    };
    const source = () => (opened ??= open());
    const ownNow = () => new Date();
    return command(argv, {
      source: {
        files: async () => (await source()).files(),
        board: async () => (await source()).board(),
        reread: async (file) => (await source()).reread(file),
        heartbeat: async () => (await source()).heartbeat(),
        usualPartition: async (asks) => (await source()).usualPartition(asks),
      },
      user: await currentUser(),
      env,
      userExists,
      groupExists,
      now: () => (context ? bucketNow(context) : ownNow()),
      ownNow,
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
    });
  };
}

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
