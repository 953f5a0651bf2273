import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { askExactly, submissionOfScene } from "../ask-exactly.ts";
import type { SharedFault } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";
import { isToldWhy, NEVER_RUN } from "./chains.ts";

/** Asks for a job that waits for the first, and for one that runs if that one does not. */
async function askBehind(scene: Scene): Promise<void> {
  const [first, last] = [scene.other("first"), scene.other("last")];
  await askExactly(scene, { after: `${first.prefix}@${submissionOfScene(first)}` });
  await askExactly(last, { after: `${scene.prefix}:failed@${submissionOfScene(scene)}` });
  await scene.untilPhase("waiting");
}

/** Has slurmctld forget every job that it accepts while `work` is done. */
async function forgetting({ cloud }: Scene, work: () => Promise<unknown>): Promise<void> {
  const { config, controller } = cloud;
  const state = join(config.slurm, "state", "job_state");
  // It saves all that it knows when it ends by itself.
  await controller.stop();
  await copyFile(state, `${state}.kept`);
  await controller.start();
  await work();
  await controller.look();
  await controller.kill();
  await copyFile(`${state}.kept`, state);
  await rm(`${state}.old`, { force: true });
  await controller.start();
}

/** Jobs that wait for one that Slurm loses. */
export const lostChains: readonly SharedFault[] = [
  {
    name: "slurmctld: forgets a job that others wait for",
    shapes: ["files"],
    expected: NEVER_RUN,
    others: {
      // Not a job that runs: slurmd would tell of it, and slurmctld would drain the node for its duplicate id.
      first: {
        shapes: ["files"],
        script: "#SBATCH --begin=now+1hour",
        expected: { outcomes: ["lost"], files: new Map() },
      },
      last: { shapes: ["files"] },
    },
    strike: async (scenes) => {
      const [one] = scenes;
      if (!one) return 0;
      await forgetting(one, async () => {
        await Promise.all(scenes.map((scene) => askExactly(scene.other("first"))));
        await Promise.all(scenes.map((scene) => scene.other("first").untilState("JOB_SUBMIT")));
        await Promise.all(scenes.map(askBehind));
      });
      return scenes.length;
    },
    proof: isToldWhy,
  },
];
