import { SLURM_COMMANDS } from "./commands.ts";
import type { SlurmCall } from "./names.ts";
import { tellError } from "./tell-error.ts";

/**
 * Does what one of Slurm's commands does, and tells why it could not as that command does.
 *
 * @returns the exit code
 */
export async function callSlurm(
  { name, argv }: SlurmCall,
  { env, stderr }: Pick<NodeJS.Process, "env" | "stderr">,
): Promise<number> {
  try {
    const { run } = await SLURM_COMMANDS[name]();
    return await run(argv, env);
  } catch (error) {
    const code = tellError(name, error, (line) => void stderr.write(`${line}\n`));
    // Source: src/sbatch/sbatch.c, _set_exit_code.
    const asked =
      name === "sbatch" && code === 1 && Number.parseInt(env.SLURM_EXIT_ERROR ?? "", 10);
    return asked || code;
  }
}
