import { join } from "node:path";
import { type Context, realContext } from "../context.ts";
import { CommandError } from "../errors/command-error.ts";
import { ownFolders } from "../jobs/own-folders.ts";
import { realUi } from "../ui/real-ui.ts";
import { spokenSay } from "./spoken.ts";

/** Where the Slurm front end keeps what it knows of one user's jobs in one bucket. */
export interface SlurmFolders {
  /** Of this bucket. */
  root: string;
  /** One file for each job (job-files.ts). */
  jobs: string;
}

/** All that a command of the front end works with. */
export interface SlurmContext {
  context: Context;
  folders: SlurmFolders;
  env: NodeJS.ProcessEnv;
  /** Where the command was called. */
  cwd: string;
}

/**
 * The context of a command of Slurm, by the settings of the environment and of cloud-submit.json: these commands have no
 * options for them.
 *
 * @param options.verbose information for people is printed, too; otherwise results and errors alone
 * @throws CloudSubmitError `config` when no bucket is known, or there is no folder to keep anything in
 */
export async function slurmContext(
  env: NodeJS.ProcessEnv,
  { verbose = false }: { verbose?: boolean } = {},
): Promise<SlurmContext> {
  const flags = { quiet: !verbose };
  const context = realContext({}, realUi(process, spokenSay(), flags));
  return { context, folders: slurmFolders(env, context.bucket), env, cwd: process.cwd() };
}

/** @throws CloudSubmitError `config` where nothing can be kept */
export function slurmFolders(env: NodeJS.ProcessEnv, bucket: string): SlurmFolders {
  const { slurm } = ownFolders(env);
  if (slurm === undefined) throw new CommandError("config", (say) => say("slurm.noFolder"));
  const root = join(slurm, bucket);
  return { root, jobs: join(root, "jobs") };
}
