/** English messages of the Slurm front end's verbs and of its commands, errors too. */
export const slurmEn = {
  "slurm.noFolder":
    "there is no home folder to remember jobs in: set HOME, or XDG_STATE_HOME to a folder of yours",
  "slurm.linked": "{folder} has {names}",
  "slurm.path": "To call them by name: export PATH={folder}:$PATH",
  "slurm.inTheWay":
    "{path} is there and is no link of this program: move it, or give another folder",
  "slurm.noProgram": "this is not an installed cloud-submit: {path} cannot be linked to",
  "slurm.interrupted": "The job may have been submitted. To see it: {command}",
} as const;
