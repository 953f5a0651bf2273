import { askExactly, submissionOfScene } from "../ask-exactly.ts";
import type { SharedFault } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";
import { untilSaved } from "./controller.ts";

/** Whether a submission runs depends on which jobs slurmctld has forgotten; the proof says which it was. */
const EITHER = {
  states: ["JOB_COMPLETE", "JOB_ERROR"],
  outcomes: ["completed", "rejected"],
  sbatchMin: 0,
  files: new Map(),
} as const;

const outcomeOf = async ({ prefix, cloud }: Scene) =>
  (await cloud.bucket.record(prefix))?.outcome ?? "none";

/** Asks for a job that waits for the first, and for one that runs if that one does not. */
async function askBehind(scene: Scene): Promise<void> {
  const [first, last] = [scene.other("first"), scene.other("last")];
  await askExactly(scene, { after: `${first.prefix}@${submissionOfScene(first)}` });
  await askExactly(last, { after: `${scene.prefix}:failed@${submissionOfScene(scene)}` });
  await scene.untilPhase("waiting");
}

/** Jobs that wait for one that Slurm loses. */
export const lostChains: readonly SharedFault[] = [
  {
    name: "slurmctld: forgets a job that others wait for",
    shapes: ["files"],
    expected: EITHER,
    others: {
      // Not a job that runs: slurmd would tell of it, and slurmctld would drain the node for its duplicate id.
      first: { shapes: ["pending"], expected: { outcomes: ["completed", "lost"] } },
      last: { shapes: ["files"], expected: EITHER },
    },
    strike: async (scenes) => {
      const [saved, ...others] = scenes;
      if (!saved) return 0;
      const { controller } = saved.cloud;
      // For some seconds after this, slurmctld saves nothing.
      await askExactly(saved.other("first"));
      await saved.other("first").untilState("JOB_SUBMIT");
      await untilSaved(saved);
      await Promise.all(others.map((scene) => askExactly(scene.other("first"))));
      await Promise.all(others.map((scene) => scene.other("first").untilState("JOB_SUBMIT")));
      await controller.look();
      await controller.kill();
      await Promise.all(scenes.map(askBehind));
      await controller.start();
      return others.length;
    },
    proof: async (scene) => {
      const [first, own, last] = await Promise.all(
        [scene.other("first"), scene, scene.other("last")].map(outcomeOf),
      );
      const right = first === "completed" ? "completed, rejected" : "rejected, completed";
      if (`${own}, ${last}` !== right)
        throw new Error(`the first is ${first}, those that wait are ${own}, ${last}`);
    },
    proofOfAll: async (scenes) => {
      const outcomes = await Promise.all(scenes.map((scene) => outcomeOf(scene.other("first"))));
      if (!outcomes.includes("lost")) throw new Error(`none was lost: ${outcomes.join(", ")}`);
    },
  },
];
