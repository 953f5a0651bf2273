import { join } from "node:path";

/** The Slurm versions to choose from, and the suite of Debian that has each. */
export const SUITES = { 24.11: "trixie", testing: "forky", newest: "sid" };

/** The variable that says which Slurm the local cloud runs; local/config.ts reads it, too. */
export const SLURM = "CLOUD_SUBMIT_LOCAL_SLURM";

/** The default choice: the Slurm that is installed. */
export const DISTRIBUTION = "distribution";

/** The values of CLOUD_SUBMIT_LOCAL_SLURM. */
export const SLURM_CHOICES = [DISTRIBUTION, ...Object.keys(SUITES)];

/** Choices that `npm test` also runs besides the installed one. */
export const TESTED_CHOICES = ["24.11", "newest"];

/**
 * Where a version's files are: commands, plugins, and what is written when it is complete.
 * @param home `.local` of the checkout
 * @param choice one of SLURM_CHOICES but `distribution`
 */
export function slurmFolder(home, choice) {
  const folder = join(home, "slurm-versions", choice);
  return {
    folder,
    bin: join(folder, "bin"),
    plugins: join(folder, "lib", "slurm-wlm"),
    stamp: join(folder, "complete"),
  };
}
