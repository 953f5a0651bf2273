/** The default choice: the Slurm that is installed. */
export const DISTRIBUTION: string;

/** The values of CLOUD_SUBMIT_LOCAL_SLURM. */
export const SLURM_CHOICES: readonly string[];

/** Where a version's files are. */
export interface SlurmFolder {
  readonly folder: string;
  /** Commands and daemons. */
  readonly bin: string;
  readonly plugins: string;
  /** Written when the folder is complete. */
  readonly stamp: string;
}

/** Where the files of a choice other than `distribution` are, below the checkout's `.local`. */
export function slurmFolder(home: string, choice: string): SlurmFolder;
