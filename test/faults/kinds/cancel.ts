import type { Phase } from "../../../headnode/journal/job-entry.ts";
import type { FaultKind } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";

/** Whether Slurm had the job by then is a matter of milliseconds; that it was cancelled is not. */
export const CANCELLED = {
  states: ["JOB_COMPLETE", "JOB_ERROR"],
  outcomes: ["cancelled"],
  sbatchMin: 0,
  files: new Map(),
} as const;

const cancelled = (name: string, during: (scene: Scene) => Promise<void>): FaultKind => ({
  name: `cancel: ${name}`,
  shapes: ["files"],
  script: "sleep 120",
  expected: CANCELLED,
  during,
});

function atPhase(phase: Phase): FaultKind {
  return cancelled(`when the job is ${phase}`, async (scene) => {
    await scene.untilPhase(phase);
    await scene.ask("JOB_CANCEL");
    scene.injected += 1;
  });
}

/** A cancel that comes at any time in a job's life. */
export const cancelKinds: readonly FaultKind[] = [
  {
    ...cancelled("before the Head Node has the job", async () => undefined),
    ask: async (scene) => {
      await scene.askUnheard();
      await scene.ask("JOB_CANCEL");
      scene.injected += 1;
    },
  },
  ...(["accepted", "submitting", "submitted", "running"] as const).map(atPhase),
  {
    ...cancelled("while nobody answers sbatch", async (scene) => {
      await scene.untilPhase("submitting");
      await scene.pause(scene.random.int(500, 3000));
      await scene.ask("JOB_CANCEL");
    }),
    before: (scene) => {
      scene.sbatch("no-answer-before");
      scene.injected += 1;
    },
  },
];
