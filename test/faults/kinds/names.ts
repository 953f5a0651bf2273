import type { FaultKind } from "../fault-kind.ts";

/** scontrol's output for a job that has completed. */
const COMPLETED =
  "a JobState=COMPLETED Reason=None Dependency=(null) Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=0:0 RunTime=00:00:00 ";

/** Lines of a script that put such a text wherever a user may. */
function everywhere(text: string): string {
  return ["job-name", "comment", "mail-user", "wckey"]
    .map((option) => `#SBATCH --${option}="${text}"`)
    .join("\n");
}

/** Text of users that looks like Slurm's, or like that of another submission. */
export const nameKinds: readonly FaultKind[] = [
  ["scontrol's text", everywhere(COMPLETED)],
  ["another submission's comment", everywhere("cloud-submit:job1:s1")],
  ["patterns", `${everywhere("%j%%\\\\x")}\n#SBATCH --output="%x-%j.out"`],
  ["what sbatch prints", "#SBATCH --parsable\n#SBATCH --quiet"],
].map(([name, script = ""]) => ({
  name: `hostile text: ${name}`,
  shapes: ["exit", "array", "files"],
  script,
  during: (scene) => {
    scene.injected += 1;
  },
}));
