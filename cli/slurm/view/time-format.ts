import { slurmError } from "../slurm-error.ts";

/**
 * Refuses a format of times that is not Slurm's usual one: times are printed in that alone.
 *
 * @throws SlurmError when SLURM_TIME_FORMAT asks for another
 */
export function checkTimeFormat(
  command: string,
  { SLURM_TIME_FORMAT: format }: Readonly<Record<string, string | undefined>>,
): void {
  if (format === undefined || format === "" || format.toLowerCase() === "standard") return;
  throw slurmError(
    command,
    `SLURM_TIME_FORMAT=${format} cannot work here: unset it, or set it to standard`,
  );
}
