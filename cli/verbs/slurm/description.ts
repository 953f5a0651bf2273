import { SLURM_NAMES } from "../../slurm/names.ts";
import type { VerbDescription } from "../../verb.ts";

export const slurmRunVerb = {
  name: "slurm run",
  group: "jobs",
  summary: "act as one of Slurm's commands, such as sbatch",
  details:
    "The same as calling the program by a link of that name, which slurm install makes. All that follows the name is the command's own.",
  arguments: {
    name: { choices: SLURM_NAMES, help: "which command" },
    words: { optional: true, many: true, help: "its options and arguments" },
  },
  flags: {},
  examples: ["slurm run sbatch job.sh", "slurm run squeue"],
  output: "lines",
} as const satisfies VerbDescription;

export const slurmInstallVerb = {
  name: "slurm install",
  group: "setup",
  summary: "make links named sbatch, squeue, scancel and so on, for scripts that call them",
  details: "What is in the folder under such a name and is no link of this program stays as it is.",
  arguments: { folder: { help: "where: it is made if it is missing" } },
  flags: {},
  examples: ["slurm install ~/.local/bin"],
  output: "object",
} as const satisfies VerbDescription;

export const slurmEnvVerb = {
  name: "slurm env",
  group: "setup",
  summary: 'print what puts these links first on PATH: eval "$(cloud-submit slurm env)"',
  details: "The links are made in a folder of cloud-submit's own.",
  arguments: {},
  flags: {},
  examples: ["slurm env"],
  output: "object",
} as const satisfies VerbDescription;

export const slurmFetcherVerb = {
  name: "slurm fetcher",
  group: "jobs",
  summary: "bring back the results of jobs that sbatch has sent, until none is left",
  details:
    "sbatch starts it in the background by itself, once for a user and a bucket; call it where it was ended.",
  arguments: {},
  flags: {},
  examples: ["slurm fetcher"],
  output: "object",
} as const satisfies VerbDescription;
