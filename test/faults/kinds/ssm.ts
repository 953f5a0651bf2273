import type { SsmFault } from "../../../local/ssm/faults.ts";
import type { FaultKind } from "../fault-kind.ts";

function kind(fault: SsmFault, most: number): FaultKind {
  return {
    name: `SSM: ${fault}`,
    before: async (scene) => {
      const times = scene.random.int(1, most);
      await scene.ssm({ fault, times, delayMs: scene.random.int(500, 4000) });
    },
  };
}

/** Faults of SSM for a command. */
export const ssmKinds: readonly FaultKind[] = [
  // More than the SDK's own tries, now and then.
  kind("throttle", 10),
  kind("server-error", 10),
  kind("fail", 4),
  kind("fail-silently", 2),
  kind("time-out", 2),
  kind("undeliverable", 2),
  kind("late", 1),
  kind("refused", 2),
  kind("reordered", 2),
  kind("repeated", 2),
  kind("expire", 2),
  kind("twice", 2),
  kind("lost", 2),
  {
    // Longer than the local cloud waits until it sends again: two commands are on their way then.
    name: "SSM: late beyond the time of sending again",
    before: async (scene) => {
      await scene.ssm({ fault: "late", times: 1, delayMs: scene.random.int(8000, 15_000) });
    },
  },
  {
    name: "SSM: throttled beyond the tries of the SDK",
    before: async (scene) => {
      await scene.ssm({ fault: "throttle", times: 12 });
    },
  },
  {
    // Whether the agent had the job by then is a matter of milliseconds; that it was cancelled is not.
    name: "SSM: a cancel overtakes its job",
    shapes: ["files"],
    script: "sleep 120",
    expected: {
      states: ["JOB_COMPLETE", "JOB_ERROR"],
      outcomes: ["cancelled"],
      sbatchMin: 0,
      files: new Map(),
    },
    before: async (scene) => {
      await scene.ssm({ fault: "reordered", times: 1, delayMs: 30_000 });
    },
    during: async (scene) => {
      await scene.pause(scene.random.int(500, 2500));
      await scene.ask("JOB_CANCEL");
    },
  },
  {
    // The agent finds it by itself.
    name: "SSM: never delivered",
    aside: true,
    shapes: ["files"],
    before: async (scene) => {
      await scene.ssm({ fault: "time-out", times: 1000, delayMs: 1000 });
    },
  },
  {
    name: "Head Node: stopped for a while",
    rough: true,
    before: async (scene) => {
      const back = await scene.ssm({ fault: "hold", times: 1000 });
      const away = scene.cloud.keeper.whileStopped(() => scene.pause(scene.random.int(3000, 6000)));
      void away.then(back);
    },
  },
];
