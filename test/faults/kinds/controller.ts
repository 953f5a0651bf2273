import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitUntil } from "../../../local/wait-until.ts";
import type { SharedFault } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";

/** Waits until slurmctld has saved what it has accepted so far; it does every 5 seconds. */
async function untilSaved({ cloud }: Scene): Promise<void> {
  const since = Date.now();
  const file = join(cloud.config.slurm, "state", "job_state");
  await waitUntil(
    "slurmctld saves its state",
    async () => ((await stat(file)).mtimeMs > since ? true : undefined),
    // Without changes it saves nothing; then everything is saved.
    { deadline: 7000 },
  ).catch(() => undefined);
}

/** Submits a job and has slurmctld save it: for some seconds it then saves nothing. */
async function saveNow(scene: Scene): Promise<void> {
  await scene.ask();
  await scene.untilState("JOB_SUBMIT");
  await untilSaved(scene);
}

/** Lets a job go on that waits for `../go`. */
async function letGo({ cloud, prefix }: Scene): Promise<void> {
  await writeFile(join(cloud.config.work, prefix, "go"), "");
}

const askAll = (scenes: readonly Scene[]) => Promise.all(scenes.map((scene) => scene.ask()));
const untilAll = (scenes: readonly Scene[]) =>
  Promise.all(scenes.map((scene) => scene.untilState("JOB_SUBMIT", "JOB_COMPLETE")));

/** How long the sbatch fault "slow" takes. */
const SLOW_SBATCH_MS = 1000;

/** Freezes slurmctld when the agent has decided to call sbatch, but before sbatch has sent anything. */
async function whileFrozenAtSbatch(
  scenes: readonly Scene[],
  work: (first: Scene) => Promise<void>,
): Promise<void> {
  const [first] = scenes;
  if (!first) return;
  for (const scene of scenes) scene.sbatch("slow");
  await askAll(scenes);
  await waitUntil("sbatch is called", async () => first.wasSbatchCalled() || undefined, {
    deadline: 30_000,
  });
  await first.cloud.controller.whileFrozen(() => work(first));
}

/** Faults of Slurm's controller. */
export const controllerFaults: readonly SharedFault[] = [
  {
    name: "slurmctld: killed while jobs run and wait",
    shapes: ["long", "pending"],
    // One that ends after the last save and before the kill runs for ever in Slurm's eyes.
    script: "while [ ! -e ../go ] && [ $SECONDS -lt 600 ]; do sleep 0.1; done",
    strike: async (scenes) => {
      const [first] = scenes;
      await askAll(scenes);
      await untilAll(scenes);
      if (first) await untilSaved(first);
      await first?.cloud.controller.kill();
      await first?.pause(500);
      await first?.cloud.controller.start();
      await Promise.all(scenes.map(letGo));
      return scenes.length;
    },
  },
  {
    name: "slurmctld: away when a job comes",
    shapes: ["files", "array"],
    strike: async (scenes) => {
      const [first] = scenes;
      await first?.cloud.controller.stop();
      await askAll(scenes);
      await first?.pause(3000);
      await first?.cloud.controller.start();
      return scenes.length;
    },
  },
  {
    // sbatch has sent its request when the agent is killed; slurmctld reads it after the next agent's.
    name: "slurmctld: frozen, and the agent killed meanwhile",
    shapes: ["files"],
    strike: async (scenes) => {
      await whileFrozenAtSbatch(scenes, async (first) => {
        await first.pause(SLOW_SBATCH_MS + 1000);
        first.kill();
        await first.pause(2000);
      });
      return scenes.length;
    },
  },
  {
    name: "slurmctld: frozen until sbatch gives up",
    shapes: ["files"],
    strike: async (scenes) => {
      // Slurm's commands wait for 10 seconds.
      await whileFrozenAtSbatch(scenes, (first) => first.pause(SLOW_SBATCH_MS + 11_000));
      return scenes.length;
    },
  },
  {
    // It accepts a job, is killed before it has saved it, and gives the next job the same id.
    name: "slurmctld: forgets a job, and its id",
    // Not a job that runs: slurmd would tell of it, and slurmctld would drain the node for its duplicate id.
    shapes: ["pending"],
    expected: { outcomes: ["completed", "lost"] },
    strike: async (scenes) => {
      const [saved, ...others] = scenes;
      if (!saved) return 0;
      const { controller } = saved.cloud;
      await saveNow(saved);
      const half = Math.ceil(others.length / 2);
      const [forgotten, next] = [others.slice(0, half), others.slice(half)];
      await askAll(forgotten);
      await untilAll(forgotten);
      await controller.look();
      await controller.kill();
      await askAll(next);
      await saved.pause(1500);
      await controller.start();
      return forgotten.length;
    },
  },
  {
    // The same, and another user's job gets the id, before the agent has looked.
    name: "slurmctld: forgets a job, and gives its id to a stranger's",
    shapes: ["pending"],
    expected: { outcomes: ["lost", "completed"] },
    strike: async (scenes) => {
      const [first] = scenes;
      if (!first) return 0;
      const { controller, keeper } = first.cloud;
      await saveNow(first);
      const rest = scenes.slice(1);
      await askAll(rest);
      await untilAll(rest);
      await controller.look();
      await keeper.whileStopped(async () => {
        await controller.kill();
        await controller.start();
        for (const _scene of rest) await controller.submitStranger();
      });
      return rest.length;
    },
  },
];
