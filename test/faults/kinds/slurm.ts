import type { HookFault } from "../../../local/faults/slurm-hook.ts";
import type { FaultKind } from "../fault-kind.ts";

function hookKind(fault: HookFault): FaultKind {
  return {
    name: `Slurm hook: ${fault}`,
    shapes: ["files", "exit", "array"],
    before: (scene) => scene.hook(fault),
  };
}

/** Events in Slurm that the agent is not told of, or told of twice. */
export const slurmKinds: readonly FaultKind[] = [
  ...(["lost", "twice", "slow"] as const).map(hookKind),
  {
    // Slurm runs no hook at all for such a job.
    name: "Slurm: cancelled while pending",
    script: "#SBATCH --begin=now+1hour",
    shapes: ["files"],
    expected: { outcomes: ["cancelled"], files: new Map() },
    during: async (scene) => {
      await scene.untilState("JOB_SUBMIT");
      await scene.cloud.controller.command("scancel", await scene.jobId());
      scene.injected += 1;
    },
  },
  {
    name: "Slurm: cancelled while running",
    script: "sleep 120",
    shapes: ["files"],
    expected: { outcomes: ["cancelled"], files: new Map() },
    during: async (scene) => {
      await scene.untilState("JOB_SUBMIT");
      await scene.pause(scene.random.int(0, 1500));
      await scene.cloud.controller.command("scancel", await scene.jobId());
      scene.injected += 1;
    },
  },
  {
    name: "Slurm: job requeued",
    shapes: ["requeue"],
    expected: { restarts: 1 },
    during: (scene) => {
      scene.injected += 1;
    },
  },
];
